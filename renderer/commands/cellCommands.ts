import type { CellId } from "#shared/base/ids.ts";
import { readCell, type Cell, type CellKind } from "#shared/notebook/cell.ts";
import { clearRuns } from "#shared/notebook/editRuns.ts";
import { restoreCells, setCellOption, type CellDraft, type Place } from "#shared/notebook/editCells.ts";
import { isMemo, setMemo } from "#shared/notebook/kept/memoMark.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { AppServices } from "../app/appServices.ts";
import { readOption, type CellOption } from "../cell/cellOption.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import { activate, cellAfterRemoval, neighbour, refocus, selectedCells, type CellMode } from "../state/notebookUi.ts";
import { openPanel } from "../state/panels.ts";
import { announce, showToast } from "../state/toasts.ts";
import { inEditable, type Command, type NotebookAction } from "./Command.ts";
import { mergeDraft, splitDrafts } from "./mergeAndSplit.ts";
import { languageAt } from "./programLanguage.ts";
import { rearrange } from "./rearrange.ts";

export const selection = ({ ui, order }: NotebookServices): readonly CellId[] =>
  selectedCells(ui.getState(), order.get());

export const selectionAsCells = (notebook: NotebookServices): readonly Cell[] =>
  selection(notebook).flatMap((id) => readCell(notebookRoots(notebook.session.doc).cells, id) ?? []);

/** Inserts cells and goes to the last of them. */
function insert(notebook: NotebookServices, place: Place, drafts: readonly CellDraft[], mode?: CellMode): void {
  const ids = notebook.session.history.insert(place, drafts);
  activate(notebook.ui, ids.at(-1), mode);
}

/** Inserts an empty cell and goes to it. */
export function insertEmpty(notebook: NotebookServices, place: Place, kind: CellKind, mode?: CellMode): void {
  insert(notebook, place, [{ kind, language: languageAt(notebook, place), source: "" }], mode);
}

function insertBeside(notebook: NotebookServices, side: "above" | "below"): void {
  const ids = selection(notebook);
  const beside = side === "above" ? ids.at(0) : ids.at(-1);
  const place = beside === undefined ? "end" : side === "above" ? { before: beside } : { after: beside };
  insertEmpty(notebook, place, "code");
}

function remove(notebook: NotebookServices, { toasts }: AppServices): void {
  const { session, ui, order } = notebook;
  const ids = selection(notebook);
  const next = cellAfterRemoval(order.get(), ids);
  rearrange(notebook, () => session.history.delete(ids));
  activate(ui, next);
  const text = ids.length === 1 ? "Cell deleted" : `${ids.length} cells deleted`;
  const undo = (): void => {
    rearrange(notebook, () => restoreCells(session.doc, ids));
    activate(ui, ids[0]);
  };
  showToast(toasts, text, { action: { label: "Undo", run: undo } });
}

const copy: NotebookAction = (notebook, { clipboard, toasts }) => {
  const drafts = selectionAsCells(notebook).map(({ kind, language, source, metadata }) => ({
    kind,
    language,
    source,
    metadata,
  }));
  clipboard.write(drafts);
  announce(toasts, drafts.length === 1 ? "Cell copied" : `${drafts.length} cells copied`);
};

const cut: NotebookAction = (notebook, app) => {
  copy(notebook, app);
  remove(notebook, app);
};

const paste: NotebookAction = (notebook, { clipboard }) => {
  const last = selection(notebook).at(-1);
  insert(notebook, last === undefined ? "end" : { after: last }, clipboard.read());
};

const setKind = (kind: CellKind) => (notebook: NotebookServices) => {
  for (const id of selection(notebook)) notebook.session.history.setKind(id, kind);
};

/** After undo the eye must find what changed: go to it. */
function unwind(notebook: NotebookServices, direction: "undo" | "redo"): void {
  const { session, ui, order } = notebook;
  const [touched] = rearrange(notebook, () => session.history[direction]());
  if (touched !== undefined && order.get().includes(touched)) activate(ui, touched);
}

function move(notebook: NotebookServices, offset: -1 | 1): void {
  const ids = selection(notebook);
  const edge = offset < 0 ? ids.at(0) : ids.at(-1);
  const beside = neighbour(notebook.order.get(), edge, offset);
  if (beside === undefined) return;
  rearrange(notebook, () => notebook.session.history.move(ids, offset < 0 ? { before: beside } : { after: beside }));
  refocus(notebook.ui);
}

function merge(notebook: NotebookServices): void {
  const { session, order, ui } = notebook;
  const cells = selectionAsCells(notebook);
  const below = cells.length === 1 ? neighbour(order.get(), cells[0]?.id, 1) : undefined;
  const next = below === undefined ? undefined : readCell(notebookRoots(session.doc).cells, below);
  const all = next === undefined ? cells : [...cells, next];
  if (all.length < 2) return;
  const ids = session.history.replace(
    all.map((cell) => cell.id),
    mergeDraft(all),
  );
  activate(ui, ids[0]);
}

function split({ session, ui, editors }: NotebookServices): void {
  const { active } = ui.getState();
  const editor = editors.get(active);
  const cell = active === undefined ? undefined : readCell(notebookRoots(session.doc).cells, active);
  if (cell === undefined || editor === undefined) return;
  const ids = session.history.replace([cell.id], splitDrafts(cell, editor.caret()));
  activate(ui, ids.at(-1), "edit");
}

/** Folds what is unfolded in any of the selected cells; if all is folded, unfolds all. */
const toggle = (option: CellOption) => (notebook: NotebookServices) => {
  const { doc } = notebook.session;
  const ids = selection(notebook);
  const fold = ids.some((id) => !readOption(doc, id, option));
  for (const id of ids) setCellOption(doc, id, option, fold);
};

/** Marks all of the selected cells; if all are marked, takes the marks away. */
const toggleMemo: NotebookAction = (notebook, { toasts }) => {
  const { doc } = notebook.session;
  const ids = selectionAsCells(notebook).flatMap(({ id, kind }) => (kind === "code" ? [id] : []));
  const memo = ids.some((id) => !isMemo(doc, id));
  for (const id of ids) setMemo(doc, id, memo);
  const [it, is] = ids.length === 1 ? ["The result", "is"] : ["Results", "are"];
  if (ids.length > 0)
    announce(toasts, memo ? `${it} ${is} kept from the next run on` : `${it} ${is} not kept any more`);
};

const copySource: NotebookAction = (notebook, { meshbook, toasts }) => {
  const text = selectionAsCells(notebook)
    .map((cell) => cell.source)
    .join("\n\n");
  void meshbook.host.copyText(text).then((copied) => {
    showToast(toasts, copied ? "Source copied" : "The browser does not allow copying here", {
      tone: copied ? "plain" : "bad",
    });
  });
};

const any = (notebook: NotebookServices): boolean => selection(notebook).length > 0;
/** A new cell belongs beside the one we are in; without one (somebody deleted it) only into an empty notebook. */
const canInsert = (notebook: NotebookServices): boolean => any(notebook) || notebook.order.get().length === 0;

export const cellCommands = {
  "cell.rename": inEditable("Rename a variable", "Cells", (_, { panels }) => openPanel(panels, "rename"), any),
  "cell.insertAbove": inEditable("Insert a cell above", "Cells", (n) => insertBeside(n, "above"), canInsert),
  "cell.insertBelow": inEditable("Insert a cell below", "Cells", (n) => insertBeside(n, "below"), canInsert),
  "cell.cut": inEditable("Cut cells", "Cells", cut, any),
  "cell.copy": inEditable("Copy cells", "Cells", copy, any),
  "cell.paste": inEditable("Paste cells below", "Cells", paste, (n, { clipboard }) => {
    return canInsert(n) && clipboard.read().length > 0;
  }),
  "cell.delete": inEditable("Delete cells", "Cells", remove, any),
  "cell.undo": inEditable("Undo the last change of cells", "Cells", (n) => unwind(n, "undo")),
  "cell.redo": inEditable("Redo the last change of cells", "Cells", (n) => unwind(n, "redo")),
  "cell.moveUp": inEditable("Move cells up", "Cells", (n) => move(n, -1), any),
  "cell.moveDown": inEditable("Move cells down", "Cells", (n) => move(n, 1), any),
  "cell.toCode": inEditable("Make it code", "Cells", setKind("code"), any),
  "cell.toMarkdown": inEditable("Make it text (Markdown)", "Cells", setKind("markdown"), any),
  "cell.toRaw": inEditable("Make it raw", "Cells", setKind("raw"), any),
  "cell.merge": inEditable("Merge cells, or with the one below", "Cells", merge, any),
  "cell.split": inEditable("Split the cell at the cursor", "Edit", split, ({ ui }) => ui.getState().mode === "edit"),
  "cell.toggleSource": inEditable("Fold or unfold the source", "Cells", toggle("sourceHidden"), any),
  "cell.toggleOutput": inEditable("Fold or unfold the output", "Cells", toggle("outputsHidden"), any),
  "cell.toggleMemo": inEditable("Keep the result, or stop keeping it", "Cells", toggleMemo, any),
  "cell.clearOutput": inEditable("Clear the output", "Cells", (n) => clearRuns(n.session.doc, selection(n)), any),
  "cell.copySource": inEditable("Copy the source", "Cells", copySource, any),
} satisfies Record<string, Command>;
