import { describe, expect, it } from "vitest";
import { cellSource } from "#shared/notebook/cell.ts";
import { setCellLanguage } from "#shared/notebook/editCells.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { META } from "#shared/notebook/schema.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { activate, extendTo } from "../../../../renderer/state/notebookUi.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

const active = ({ notebook, sources }: ReturnType<typeof openNotebook>): string | undefined => {
  const at = notebook.order.get().findIndex((id) => id === notebook.ui.getState().active);
  return sources()[at];
};

describe("cell commands", () => {
  it("insert beside the active cell and go to the new one, in command mode", () => {
    const open = openNotebook("one", "two");
    open.run("cell.insertAbove");
    expect(open.sources()).toEqual(["", "one", "two"]);
    open.run("cell.insertBelow");
    expect(open.notebook.order.get().indexOf(open.notebook.ui.getState().active!)).toBe(1);
    expect(open.notebook.ui.getState().mode).toBe("command");
  });

  it("insert code in the language of the program above, else in the notebook's own", () => {
    const open = openNotebook("one", "two");
    const languages = (): readonly string[] => readNotebook(open.session.doc).cells.map((cell) => cell.language);
    notebookRoots(open.session.doc).meta.set(META.language, "typescript");
    open.run("cell.insertAbove");
    expect(languages()).toEqual(["typescript", "javascript", "javascript"]);
    setCellLanguage(open.session.doc, open.ids[0]!, "python");
    setCellLanguage(open.session.doc, open.ids[1]!, "sql");
    activate(open.notebook.ui, open.ids[1]);
    open.run("cell.insertBelow");
    expect(languages()).toEqual(["typescript", "python", "sql", "python"]);
    // Of what says no language, and of one that nobody here executes.
    setCellLanguage(open.session.doc, open.ids[1]!, "");
    setCellLanguage(open.session.doc, open.ids[0]!, "r");
    activate(open.notebook.ui, open.ids[1]);
    open.run("cell.insertBelow");
    expect(languages()).toEqual(["typescript", "r", "", "r", "python"]);
  });

  it("delete what is selected, go to the cell below, and bring it back by the toast", () => {
    const open = openNotebook("one", "two", "three", "four");
    activate(open.notebook.ui, open.ids[1]);
    extendTo(open.notebook.ui, open.ids[2]!);
    open.run("cell.delete");
    expect([open.sources(), active(open)]).toEqual([["one", "four"], "four"]);
    const [toast] = open.app.toasts.getState().shown;
    expect(toast?.text).toBe("2 cells deleted");
    toast?.action?.run();
    expect([open.sources(), active(open)]).toEqual([["one", "two", "three", "four"], "two"]);
  });

  it("go up after deleting the last cell", () => {
    const open = openNotebook("one", "two");
    activate(open.notebook.ui, open.ids[1]);
    open.run("cell.delete");
    expect(active(open)).toBe("one");
  });

  it("cut and paste cells below, also into another notebook", () => {
    const from = openNotebook("one", "two");
    from.run("cell.cut", "cell.paste");
    expect(from.sources()).toEqual(["two", "one"]);
    const into = openNotebook("other");
    into.app.clipboard.write(from.app.clipboard.read());
    into.run("cell.paste");
    expect(into.sources()).toEqual(["other", "one"]);
  });

  it("do not paste when nothing was copied", () => {
    const open = openNotebook("one");
    open.run("cell.paste");
    expect(open.sources()).toEqual(["one"]);
  });

  it("move the selection as one, and not beyond the ends", () => {
    const open = openNotebook("one", "two", "three");
    extendTo(open.notebook.ui, open.ids[1]!);
    open.run("cell.moveUp");
    expect(open.sources()).toEqual(["one", "two", "three"]);
    open.run("cell.moveDown", "cell.moveDown");
    expect(open.sources()).toEqual(["three", "one", "two"]);
  });

  it("merge with the cell below and undo that as one step", () => {
    const open = openNotebook("one", "two", "three");
    open.run("cell.merge");
    expect([open.sources(), active(open)]).toEqual([["one\n\ntwo", "three"], "one\n\ntwo"]);
    open.run("cell.undo");
    expect(open.sources()).toEqual(["one", "two", "three"]);
  });

  it("change the kind of all selected cells, undone one by one", () => {
    const open = openNotebook("one", "two");
    extendTo(open.notebook.ui, open.ids[1]!);
    open.run("cell.toMarkdown");
    const kinds = (): readonly string[] => readNotebook(open.session.doc).cells.map((cell) => cell.kind);
    expect(kinds()).toEqual(["markdown", "markdown"]);
    open.run("cell.undo");
    expect(kinds()).toEqual(["markdown", "code"]);
  });

  it("fold all selected cells if one is not folded, else unfold all", () => {
    const open = openNotebook("one", "two");
    const folded = (): readonly unknown[] =>
      open.ids.map((id) => (notebookRoots(open.session.doc).cells.toJSON()[id] as { opts: object }).opts);
    open.run("cell.toggleOutput");
    extendTo(open.notebook.ui, open.ids[1]!);
    open.run("cell.toggleOutput");
    expect(folded()).toEqual([{ outputsHidden: true }, { outputsHidden: true }]);
    open.run("cell.toggleOutput");
    expect(folded()).toEqual([{ outputsHidden: false }, { outputsHidden: false }]);
  });

  it("change nothing in a notebook written for newer code", () => {
    const open = openNotebook("one");
    notebookRoots(open.session.doc).meta.set(META.minReader, 99);
    open.run("cell.insertBelow", "cell.delete", "edit.enter", "run.cell");
    expect([open.sources(), open.notebook.ui.getState().mode, open.session.executed]).toEqual([["one"], "command", []]);
  });

  it("leave what others type in a cell that was merged away", () => {
    const open = openNotebook("one", "two");
    open.run("cell.merge");
    cellSource(notebookRoots(open.session.doc).cells, open.ids[1]!)?.insert(3, "!");
    open.run("cell.undo");
    expect(open.sources()).toEqual(["one", "two!"]);
  });
});
