// Where the user is in one open notebook. Command mode and edit mode as in Jupyter: in edit mode keys go to the text of
// the active cell, in command mode they act on the selected cells. The selection is the run of cells from `anchor` to
// `active`, so it is never kept twice.

import { createStore, type StoreApi } from "zustand/vanilla";
import type { CellId } from "#shared/base/ids.ts";

export type CellMode = "command" | "edit";

/** A cell that somebody else deleted while we were in it; shown with a way to restore it. */
export interface DeletedNotice {
  readonly cell: CellId;
  readonly by: string;
  /** The cell above which it stood; undefined: it was the last. */
  readonly before: CellId | undefined;
}

export interface NotebookUiState {
  readonly active: CellId | undefined;
  readonly anchor: CellId | undefined;
  readonly mode: CellMode;
  /** Grows with each command that wants the keyboard in the active cell, also when `active` stays the same. */
  readonly focusRequest: number;
  readonly deletedNotices: readonly DeletedNotice[];
}

export type NotebookUi = StoreApi<NotebookUiState>;

/** See `beInFirst`. */
export function createNotebookUi(first: CellId | undefined, mode: CellMode = "command"): NotebookUi {
  const ui = createStore<NotebookUiState>(() => ({
    ...{ active: undefined, anchor: undefined, mode: "command", focusRequest: 0, deletedNotices: [] },
  }));
  beInFirst(ui, first, mode);
  return ui;
}

/** In the first cell of a notebook that was opened. Edit mode asks for the keyboard at once; command mode leaves it where it is. */
export function beInFirst(ui: NotebookUi, first: CellId | undefined, mode: CellMode): void {
  ui.setState(({ focusRequest }) => ({
    ...{ active: first, anchor: first, mode },
    focusRequest: mode === "edit" ? focusRequest + 1 : focusRequest,
  }));
}

/** Makes one cell active and asks for the keyboard there. */
export function activate(ui: NotebookUi, cell: CellId | undefined, mode: CellMode = "command"): void {
  ui.setState((state) => ({ active: cell, anchor: cell, mode, focusRequest: state.focusRequest + 1 }));
}

/** Asks for the keyboard back in the active cell, after a menu or toolbar had it. */
export function refocus(ui: NotebookUi): void {
  ui.setState(({ focusRequest }) => ({ focusRequest: focusRequest + 1 }));
}

/** The keyboard arrived in a cell by mouse or Tab: nothing needs to be asked for. */
export function noteFocus(ui: NotebookUi, cell: CellId, mode: CellMode): void {
  const state = ui.getState();
  if (state.active === cell && state.mode === mode) return;
  ui.setState({ active: cell, mode, anchor: state.active === cell && mode === "command" ? state.anchor : cell });
}

/** Stretches the selection from its anchor to `cell`. */
export function extendTo(ui: NotebookUi, cell: CellId): void {
  ui.setState((state) => ({
    active: cell,
    anchor: state.anchor ?? cell,
    mode: "command",
    focusRequest: state.focusRequest + 1,
  }));
}

/** The selected cells in document order; at least the active one, if there is one. */
export function selectedCells(state: NotebookUiState, order: readonly CellId[]): readonly CellId[] {
  if (state.active === undefined) return [];
  const active = order.indexOf(state.active);
  if (active < 0) return [];
  const anchor = state.anchor === undefined ? -1 : order.indexOf(state.anchor);
  if (anchor < 0 || state.mode === "edit") return [state.active];
  return order.slice(Math.min(active, anchor), Math.max(active, anchor) + 1);
}

let lastSelection:
  | { readonly state: NotebookUiState; readonly order: readonly CellId[]; readonly cells: ReadonlySet<CellId> }
  | undefined;

/** Whether a cell is selected. Every cell asks at each step: the selection is worked out once for all of them. */
export function isSelected(state: NotebookUiState, order: readonly CellId[], cell: CellId): boolean {
  if (lastSelection?.state !== state || lastSelection.order !== order)
    lastSelection = { state, order, cells: new Set(selectedCells(state, order)) };
  return lastSelection.cells.has(cell);
}

/** The cell `offset` places from `cell`, or undefined beyond the ends. */
export function neighbour(order: readonly CellId[], cell: CellId | undefined, offset: number): CellId | undefined {
  const index = cell === undefined ? -1 : order.indexOf(cell);
  return index < 0 ? undefined : order[index + offset];
}

/**
 * The cell to be in when `gone` leaves the notebook: the first after them that stays, else the last before them.
 * `order` is the order before they left.
 */
export function cellAfterRemoval(order: readonly CellId[], gone: readonly CellId[]): CellId | undefined {
  const last = Math.max(...gone.map((id) => order.indexOf(id)));
  const stays = (id: CellId): boolean => !gone.includes(id);
  return order.slice(last + 1).find(stays) ?? order.slice(0, Math.max(last, 0)).filter(stays).at(-1);
}
