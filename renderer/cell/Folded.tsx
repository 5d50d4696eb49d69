import { ChevronRight } from "lucide-react";
import type { ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { useCellCommand } from "../commands/useCommands.ts";
import { useYValue } from "../state/useYValue.ts";

const firstLine = (text: Y.Text): string => text.toString().split("\n", 1)[0] ?? "";

/** Source that is folded away: its first line stands for it. */
export function Folded({ cellId, text }: { readonly cellId: CellId; readonly text: Y.Text }): ReactElement {
  const line = useYValue(text, firstLine);
  const run = useCellCommand(cellId);
  return (
    <button
      type="button"
      className="folded"
      aria-expanded={false}
      aria-label="Unfold the source"
      onClick={() => run("cell.toggleSource")}
    >
      <ChevronRight size={14} aria-hidden />
      <span>{line === "" ? "Source" : line}</span>
    </button>
  );
}
