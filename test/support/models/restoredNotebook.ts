// The model of notebooks that are restored: what may be done to one, and what must be so when somebody types meanwhile.

import { expect } from "vitest";
import * as Y from "yjs";
import { PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { CellHistory } from "#shared/notebook/CellHistory.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { orderedCellIds } from "#shared/notebook/cellOrder.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import {
  deleteCells,
  insertCells,
  moveCells,
  restoreCells,
  setCellKind,
  setCellOption,
  setCellSource,
} from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

const ANA = { peer: PeerId.parse("A".repeat(22))!, name: "Ana" };
/** What somebody may do to a notebook; `at` and `to` are taken modulo what is there. */
export const EDITS = ["insert", "move", "delete", "restore", "kind", "type", "cut", "rewrite", "option"] as const;
export interface Edit {
  readonly type: (typeof EDITS)[number];
  readonly at: number;
  readonly to: number;
}
export function newNotebook(): Y.Doc {
  const doc = new Y.Doc();
  const cells = ["one\ntwo\nthree\n", "alpha", ""].map((source) => ({ kind: "code", language: "js", source }) as const);
  createNotebook(doc, { title: "Test", language: "js", cells });
  return doc;
}

export function perform(doc: Y.Doc, { type, at, to }: Edit): void {
  const { cells } = notebookRoots(doc);
  const order = orderedCellIds(cells);
  const id = order[at % order.length]!;
  const text = cellSource(cells, id)!;
  const place = text.length === 0 ? 0 : to % text.length;
  switch (type) {
    case "insert":
      return void insertCells(doc, { after: id }, [{ kind: "code", language: "js", source: `new ${to}\n` }]);
    case "move":
      return moveCells(doc, [id], { before: order[to % order.length]! });
    case "delete":
      return deleteCells(doc, [id], { ...ANA, at: unixMs(1) });
    case "restore":
      return restoreCells(doc, [id]);
    case "kind":
      return setCellKind(doc, id, to % 2 === 0 ? "markdown" : "code");
    case "type":
      return text.insert(place, to % 3 === 0 ? "line\n" : "🙂w");
    case "cut":
      return text.delete(place, Math.min(3, text.length - place));
    case "rewrite":
      return setCellSource(doc, id, `rewritten ${to}\n${text.toString().slice(place)}`);
    case "option":
      return setCellOption(doc, id, "folded", to % 2 === 0);
  }
}

export function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdateV2(copy, Y.encodeStateAsUpdateV2(doc));
  return copy;
}

export const historyOf = (doc: Y.Doc): CellHistory =>
  new CellHistory(
    doc,
    () => ANA,
    () => unixMs(2),
  );

/** Ben types at the start (`line` 0) or end of a cell while Ana brings the notebook back to what it was before `after`. */
export function expectRestoredTogether(after: readonly Edit[], line: number): void {
  const ana = newNotebook();
  const past = copyOf(ana);
  for (const one of after) perform(ana, one);
  const ben = copyOf(ana);
  const id = readNotebook(past).cells[0]!.id;
  const text = cellSource(notebookRoots(ben).cells, id)!;
  text.insert(line === 0 ? 0 : text.length, "‹ben›");
  historyOf(ana).restore(past);
  Y.applyUpdate(ana, Y.encodeStateAsUpdate(ben));
  Y.applyUpdate(ben, Y.encodeStateAsUpdate(ana));
  expect(canonicalContent(ana)).toBe(canonicalContent(ben));
  expect(cellSource(notebookRoots(ana).cells, id)!.toString()).toContain("‹ben›");
}
