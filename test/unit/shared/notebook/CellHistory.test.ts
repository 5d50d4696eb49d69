import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { PeerId, type CellId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { CELL_HISTORY_LIMIT, CellHistory } from "#shared/notebook/CellHistory.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { moveCells } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { createTextUndo } from "#shared/notebook/textUndo.ts";

function open(): { doc: Y.Doc; history: CellHistory; ids: readonly CellId[] } {
  const doc = new Y.Doc();
  const cells = ["one", "two", "three"].map((source) => ({ kind: "code" as const, language: "javascript", source }));
  createNotebook(doc, { title: "t", language: "javascript", cells });
  const author = { peer: PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA")!, name: "Ana" };
  const history = new CellHistory(
    doc,
    () => author,
    () => unixMs(5),
  );
  return { doc, history, ids: readNotebook(doc).cells.map((cell) => cell.id) };
}

const sources = (doc: Y.Doc): string[] => readNotebook(doc).cells.map((cell) => cell.source);

describe("CellHistory", () => {
  it("gives several cells other texts as one command, and takes them back though others typed since", () => {
    const { doc, history, ids } = open();
    const rewrite = [
      { cell: ids[0]!, before: "one", after: "uno" },
      { cell: ids[2]!, before: "three", after: "tres" },
    ];
    const { changed, undo } = history.rewrite(rewrite);
    expect([changed, sources(doc)]).toEqual([true, ["uno", "two", "tres"]]);
    cellSource(notebookRoots(doc).cells, ids[0]!)!.insert(3, " theirs");
    undo();
    expect(sources(doc)).toEqual(["one theirs", "two", "three"]);
    undo();
    expect(history.redo()).toEqual([ids[0], ids[2]]);
    expect(history.undo()).toEqual([ids[0], ids[2]]);
    expect(sources(doc)).toEqual(["one theirs", "two", "three"]);
  });

  it("rewrites nothing if one of the cells was changed meanwhile", () => {
    const { doc, history, ids } = open();
    const { changed } = history.rewrite([
      { cell: ids[0]!, before: "one", after: "uno" },
      { cell: ids[1]!, before: "other", after: "dos" },
    ]);
    expect([changed, sources(doc), history.undo()]).toEqual([false, ["one", "two", "three"], []]);
  });

  it("undoes and redoes an insert without losing what others typed into it", () => {
    const { doc, history } = open();
    const [id] = history.insert("end", [{ kind: "code", language: "", source: "new" }]);
    cellSource(notebookRoots(doc).cells, id!)!.insert(3, " by Ben");
    history.undo();
    expect(sources(doc)).toEqual(["one", "two", "three"]);
    history.redo();
    expect(sources(doc)).toEqual(["one", "two", "three", "new by Ben"]);
  });

  it("undoes a delete, a move and a change of kind, latest first", () => {
    const { doc, history, ids } = open();
    history.delete([ids[0]!]);
    history.move([ids[1]!], "end");
    history.setKind(ids[2]!, "markdown");
    history.undo();
    expect(readNotebook(doc).cells.map((cell) => cell.kind)).toEqual(["code", "code"]);
    history.undo();
    expect(sources(doc)).toEqual(["two", "three"]);
    expect(history.undo()).toEqual([ids[0]]);
    expect(sources(doc)).toEqual(["one", "two", "three"]);
    expect(history.undo()).toEqual([]);
  });

  it("replaces cells by others in their place, as one command that undo takes back whole", () => {
    const { doc, history, ids } = open();
    const first = ids[0]!;
    history.replace(ids.slice(0, 2), [{ kind: "code", language: "javascript", source: "one\ntwo" }]);
    expect(sources(doc)).toEqual(["one\ntwo", "three"]);
    cellSource(notebookRoots(doc).cells, first)!.insert(3, "!");
    history.undo();
    expect(sources(doc)).toEqual(["one!", "two", "three"]);
    history.redo();
    expect(sources(doc)).toEqual(["one\ntwo", "three"]);
  });

  it("leaves a cell where somebody else has moved it since", () => {
    const { doc, history, ids } = open();
    history.move([ids[0]!], "end");
    moveCells(doc, [ids[0]!], { after: ids[1]! });
    expect(history.undo()).toEqual([]);
    expect(sources(doc)).toEqual(["two", "one", "three"]);
  });

  it("forgets what could be redone once something new is done", () => {
    const { doc, history, ids } = open();
    history.delete([ids[0]!]);
    history.undo();
    history.delete([ids[1]!]);
    expect(history.redo()).toEqual([]);
    expect(sources(doc)).toEqual(["one", "three"]);
  });

  it("keeps a bounded number of commands", () => {
    const { history, ids } = open();
    for (let i = 0; i < CELL_HISTORY_LIMIT + 50; i++) history.setKind(ids[0]!, i % 2 === 0 ? "raw" : "code");
    let undone = 0;
    while (history.undo().length > 0) undone++;
    expect(undone).toBe(CELL_HISTORY_LIMIT);
  });
});

describe("createTextUndo", () => {
  it("undoes this user's typing and nobody else's", () => {
    const { doc, ids } = open();
    const text = cellSource(notebookRoots(doc).cells, ids[0]!)!;
    const undo = createTextUndo(text);
    const editor = {};
    undo.addTrackedOrigin(editor);
    doc.transact(() => text.insert(3, " mine"), editor);
    doc.transact(() => text.insert(0, "theirs "), { by: "source", source: "hub" });
    undo.undo();
    expect(text.toString()).toBe("theirs one");
    undo.redo();
    expect(text.toString()).toBe("theirs one mine");
  });

  it("keeps a bounded number of steps", () => {
    const { doc, ids } = open();
    const text = cellSource(notebookRoots(doc).cells, ids[0]!)!;
    const undo = createTextUndo(text);
    const editor = {};
    undo.addTrackedOrigin(editor);
    for (let i = 0; i < 300; i++) {
      doc.transact(() => text.insert(0, "x"), editor);
      undo.stopCapturing();
    }
    expect(undo.undoStack.length).toBe(200);
  });
});
