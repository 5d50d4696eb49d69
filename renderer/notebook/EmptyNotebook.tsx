import { NotebookPen } from "lucide-react";
import type { ReactElement } from "react";
import { AddCell } from "./AddCell.tsx";

export function EmptyNotebook(): ReactElement {
  return (
    <div className="empty">
      <NotebookPen size={32} strokeWidth={1.5} aria-hidden />
      <h2>This notebook has no cells</h2>
      <p>Add code to run, or text with formulas. Z brings back cells that you deleted.</p>
      <AddCell />
    </div>
  );
}
