import { activate, extendTo, neighbour } from "../state/notebookUi.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import { inEditable, inNotebook, type Command } from "./Command.ts";

const selectBy = (offset: number) => (notebook: NotebookServices) => {
  const { ui, order } = notebook;
  const cells = order.get();
  const { active } = ui.getState();
  const next = active === undefined ? cells[0] : neighbour(cells, active, offset);
  if (next !== undefined) activate(ui, next);
};

const extendBy = (offset: number) => (notebook: NotebookServices) => {
  const next = neighbour(notebook.order.get(), notebook.ui.getState().active, offset);
  if (next !== undefined) extendTo(notebook.ui, next);
};

const extendToEnd = (end: 0 | -1) => (notebook: NotebookServices) => {
  const cell = notebook.order.get().at(end);
  if (cell !== undefined) extendTo(notebook.ui, cell);
};

function selectAll({ ui, order }: NotebookServices): void {
  const first = order.get().at(0);
  const last = order.get().at(-1);
  if (first === undefined || last === undefined) return;
  activate(ui, first);
  extendTo(ui, last);
}

/** Leaves the text of a cell for the one above or below, from its edge, as if the cells were one text. */
function editBy({ ui, order, editors }: NotebookServices, offset: -1 | 1): void {
  const next = neighbour(order.get(), ui.getState().active, offset);
  if (next === undefined) return;
  editors.focus(next, offset < 0 ? "end" : "start");
  activate(ui, next, "edit");
}

const canLeaveText =
  (edge: "top" | "bottom", offset: -1 | 1) =>
  ({ ui, order, editors }: NotebookServices): boolean => {
    const { active, mode } = ui.getState();
    const editor = editors.get(active);
    return mode === "edit" && neighbour(order.get(), active, offset) !== undefined && editor?.atEdge(edge) === true;
  };

const hasActive = ({ ui }: NotebookServices): boolean => ui.getState().active !== undefined;

export const selectCommands = {
  "select.above": inNotebook("Select the cell above", "Select", selectBy(-1)),
  "select.below": inNotebook("Select the cell below", "Select", selectBy(1)),
  "select.extendAbove": inNotebook("Extend the selection above", "Select", extendBy(-1), hasActive),
  "select.extendBelow": inNotebook("Extend the selection below", "Select", extendBy(1), hasActive),
  "select.extendToTop": inNotebook("Extend the selection to the top", "Select", extendToEnd(0), hasActive),
  "select.extendToBottom": inNotebook("Extend the selection to the bottom", "Select", extendToEnd(-1), hasActive),
  "select.all": inNotebook("Select all cells", "Select", selectAll),
  "edit.enter": inEditable(
    "Edit the cell",
    "Edit",
    ({ ui }) => activate(ui, ui.getState().active, "edit"),
    ({ ui }) => ui.getState().active !== undefined && ui.getState().mode === "command",
  ),
  "edit.leave": inNotebook(
    "Leave the text",
    "Edit",
    ({ ui }) => activate(ui, ui.getState().active),
    ({ ui, editors }) => {
      const { active, mode } = ui.getState();
      return mode === "edit" && editors.get(active)?.wantsEscape() !== true;
    },
  ),
  "edit.above": inNotebook("Up into the cell above", undefined, (n) => editBy(n, -1), canLeaveText("top", -1)),
  "edit.below": inNotebook("Down into the cell below", undefined, (n) => editBy(n, 1), canLeaveText("bottom", 1)),
} satisfies Record<string, Command>;
