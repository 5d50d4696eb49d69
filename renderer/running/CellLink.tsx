import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { activate } from "../state/notebookUi.ts";
import { useReadable } from "../state/useReadable.ts";
import { cellName } from "./cellWords.ts";

export interface CellLinkProps {
  readonly cellId: CellId;
  /** At the beginning of a sentence. */
  readonly capital?: boolean;
  /** Called when it was followed. */
  readonly onGo?: () => void;
}

/** A cell in a sentence: a way there, as long as it is in the notebook. */
export function CellLink({ cellId, capital = false, onGo }: CellLinkProps): ReactElement {
  const { order, ui } = useNotebook();
  const cells = useReadable(order);
  const name = cellName(cells, cellId);
  const shown = capital ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : name;
  if (!cells.includes(cellId)) return <>{shown}</>;
  const go = (): void => {
    onGo?.();
    activate(ui, cellId);
  };
  return (
    <button type="button" className="link-button" onClick={go}>
      {shown}
    </button>
  );
}
