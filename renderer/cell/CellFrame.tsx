import { useState, type FocusEvent, type MouseEvent, type ReactElement, type ReactNode } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellKind } from "#shared/notebook/cell.ts";
import { AddCell } from "../notebook/AddCell.tsx";
import { useNotebook, useNotebookUi } from "../notebook/services/NotebookContext.tsx";
import { CellPeers } from "../peers/CellPeers.tsx";
import { extendTo, isSelected, noteFocus } from "../state/notebookUi.ts";
import { CellToolbar } from "./CellToolbar.tsx";

export interface CellFrameProps {
  readonly cellId: CellId;
  readonly kind: CellKind;
  readonly label: string;
  /** Pixels the cell will probably take, until it has been laid out. */
  readonly height: number;
  readonly children: ReactNode;
}

/**
 * The row of a cell. Only the active row is in the tab order; in command mode it has the keyboard, and Enter goes into
 * the text, as in the grid pattern of ARIA.
 */
export function CellFrame({ cellId, kind, label, height, children }: CellFrameProps): ReactElement {
  const { ui, order } = useNotebook();
  const mode = useNotebookUi((state) => (state.active === cellId ? state.mode : undefined));
  const selected = useNotebookUi((state) => isSelected(state, order.get(), cellId));
  const many = useNotebookUi((state) => state.active !== state.anchor);
  const [pointed, setPointed] = useState(false);

  const focused = (event: FocusEvent): void => {
    noteFocus(ui, cellId, event.target.closest(".cm-editor") === null ? "command" : "edit");
  };
  const pressed = (event: MouseEvent): void => {
    const inText = event.target instanceof Element && event.target.closest(".cm-editor, button, a") !== null;
    if (!event.shiftKey || inText) return;
    event.preventDefault();
    extendTo(ui, cellId);
  };
  const classes = [
    "cell",
    `cell--${kind}`,
    mode === undefined ? "" : `cell--active cell--${mode}`,
    selected && many ? "cell--selected" : "",
  ];
  return (
    <div
      role="row"
      data-cell={cellId}
      className={classes.filter(Boolean).join(" ")}
      style={{ containIntrinsicBlockSize: `auto ${height}px` }}
      tabIndex={mode === undefined ? -1 : 0}
      aria-selected={selected}
      aria-label={label}
      onFocus={focused}
      onMouseDown={pressed}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
    >
      <div role="gridcell" className="cell__grid">
        {children}
        <CellPeers cellId={cellId} />
        {(pointed || mode !== undefined) && <CellToolbar cellId={cellId} kind={kind} />}
        {pointed && <AddCell after={cellId} />}
      </div>
    </div>
  );
}
