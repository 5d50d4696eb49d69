import { expect, it } from "vitest";
import { CellId, RoomId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import * as Y from "yjs";
import { Editors } from "../../../../../renderer/cell/editor/Editors.ts";
import { typeAhead } from "../../../../../renderer/cell/editor/typeAhead.ts";
import type { NotebookServices } from "../../../../../renderer/notebook/services/notebookServices.ts";
import { createNotebookUi } from "../../../../../renderer/state/notebookUi.ts";
import { FAKE_PEER } from "../../../../../test/support/fake/FakeMeshbook.ts";
import { FakeNotebookSession } from "../../../../support/fake/FakeNotebookSession.ts";

const cell = CellId.parse("cell-1")!;

/** A cell without an editor, which has `source` and the caret at its end. */
function openCell(source: string) {
  const doc = new Y.Doc();
  const cells = [{ id: cell, kind: "code", language: "javascript", source }] as const;
  createNotebook(doc, { title: "", language: "javascript", cells });
  const session = new FakeNotebookSession({ room: RoomId.create(), doc, peer: FAKE_PEER, name: () => "Ana" });
  const [editors, text] = [new Editors(), cellSource(notebookRoots(doc).cells, cell)!];
  editors.place(cell, text, source.length);
  // reason: all that is asked of a notebook here.
  const notebook = { session, ui: createNotebookUi(cell, "edit"), editors } as unknown as NotebookServices;
  const type = (...keys: readonly (string | Partial<KeyboardEvent>)[]): readonly boolean[] =>
    keys.map((key) => {
      const pressed = typeof key === "string" ? { key } : key;
      return typeAhead(notebook, { getModifierState: () => false, ...pressed } as KeyboardEvent);
    });
  return { type, text, editors, undo: session.textUndo(cell)! };
}

/** Types into such a cell; says what was taken and what is there. */
function type(source: string, ...keys: readonly (string | Partial<KeyboardEvent>)[]) {
  const opened = openCell(source);
  const taken = opened.type(...keys);
  return { taken, text: opened.text.toString(), caret: opened.editors.caret(cell), undo: opened.undo };
}

it("writes characters and lines where the caret is, and takes back whole characters", () => {
  expect(type("a", "b", "Enter", "c")).toMatchObject({ text: "ab\nc", caret: 4 });
  expect(type("", "\u{1F600}", "Backspace")).toMatchObject({ text: "", caret: 0 });
  expect(type("", "Backspace")).toMatchObject({ text: "", caret: 0 });
});

it("leaves keys that mean something else alone, but writes with AltGr", () => {
  expect(type("", "Tab", "F2", "Dead", { key: "a", ctrlKey: true })).toMatchObject({
    ...{ taken: [false, false, false, false], text: "" },
  });
  const altGr = { key: "@", ctrlKey: true, altKey: true, getModifierState: () => true };
  expect(type("", altGr)).toMatchObject({ taken: [true], text: "@" });
});

it("can be undone", () => {
  const { undo } = type("a", "b");
  expect(undo.canUndo()).toBe(true);
});

it("goes on where it was when somebody writes or deletes before it, and before what they add there", () => {
  const { type: typeMore, text, editors } = openCell("b");
  typeMore("c");
  text.insert(0, "aa");
  typeMore("d");
  text.delete(0, 1);
  text.insert(text.length, "!");
  typeMore("e");
  expect([text.toString(), editors.caret(cell)]).toEqual(["abcde!", 5]);
});
