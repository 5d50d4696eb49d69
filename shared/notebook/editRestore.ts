// Bringing back what was. A restore is an edit like any other, made on the present document: texts are changed where they
// differ and never replaced, cells that came since are marked deleted and never taken out, so nothing is lost by it.

import * as Y from "yjs";
import type { CellId } from "../base/ids.ts";
import { cellMap, cellSource, isDeleted, readCell } from "./cell.ts";
import { orderedCellIds } from "./cellOrder.ts";
import { deleteCells, moveCells, newCell, replaceText, restoreCells, type Deleter } from "./editCells.ts";
import { longestRising } from "./longestRising.ts";
import { USER } from "./origins.ts";
import { CELL, notebookRoots } from "./schema.ts";

/** Values of a cell that are restored as they are. Its text, options and place are restored by edits. */
const PLAIN_KEYS = [CELL.kind, CELL.language, CELL.metadata, CELL.ipynb];

/** Makes cells what they were in `past`; those that were not there then are left alone. Returns the cells touched. */
export function restoreCellsFrom(doc: Y.Doc, past: Y.Doc, ids: readonly CellId[]): readonly CellId[] {
  return doc.transact(() => {
    const then = notebookRoots(past).cells;
    const order = orderedCellIds(then);
    const known = order.filter((id) => ids.includes(id));
    for (const id of known) restoreOne(doc, past, id);
    return known;
  }, USER);
}

/** Makes all cells what they were in `past`, in their order then. The title and outputs stay. Returns the cells then. */
export function restoreNotebookFrom(doc: Y.Doc, past: Y.Doc, by: Deleter): readonly CellId[] {
  return doc.transact(() => {
    const visible = visibleIds(past);
    for (const id of orderedCellIds(notebookRoots(past).cells)) restoreOne(doc, past, id);
    const since = visibleIds(doc).filter((id) => !visible.includes(id));
    if (since.length > 0) deleteCells(doc, since, by);
    restoreOrder(doc, visible);
    return visible;
  }, USER);
}

function visibleIds(doc: Y.Doc): readonly CellId[] {
  const { cells } = notebookRoots(doc);
  return orderedCellIds(cells).filter((id) => {
    const map = cellMap(cells, id);
    return map !== undefined && !isDeleted(map);
  });
}

function restoreOne(doc: Y.Doc, past: Y.Doc, id: CellId): void {
  const then = notebookRoots(past).cells;
  const now = notebookRoots(doc).cells;
  const cell = readCell(then, id);
  const from = cellMap(then, id);
  if (cell === undefined || from === undefined || cell.deleted !== undefined) return;
  const to = cellMap(now, id);
  if (to === undefined) {
    addBack(doc, past, id);
    return;
  }
  if (isDeleted(to)) restoreCells(doc, [id]);
  for (const key of PLAIN_KEYS) restoreValue(to, from, key);
  restoreOptions(to, from);
  const source = cellSource(now, id);
  if (source !== undefined) replaceText(source, cell.source);
}

/** The cell is not in the document at all, not even marked deleted: made again under its id, behind its neighbour. */
function addBack(doc: Y.Doc, past: Y.Doc, id: CellId): void {
  const then = notebookRoots(past).cells;
  const now = notebookRoots(doc).cells;
  const cell = readCell(then, id);
  const from = cellMap(then, id);
  if (cell === undefined || from === undefined) return;
  const order = orderedCellIds(then);
  const before = order.slice(0, order.indexOf(id)).reverse();
  const neighbour = before.find((other) => cellMap(now, other) !== undefined);
  now.set(id, newCell(cell, ""));
  const made = cellMap(now, id);
  if (made === undefined) return;
  for (const key of PLAIN_KEYS) restoreValue(made, from, key);
  restoreOptions(made, from);
  moveCells(doc, [id], neighbour === undefined ? "start" : { after: neighbour });
}

function restoreValue(to: Y.Map<unknown>, from: Y.Map<unknown>, key: string): void {
  const value = from.get(key);
  if (value instanceof Y.AbstractType || same(value, to.get(key))) return;
  if (value === undefined) to.delete(key);
  else to.set(key, value);
}

function restoreOptions(to: Y.Map<unknown>, from: Y.Map<unknown>): void {
  const [now, then] = [to.get(CELL.options), from.get(CELL.options)];
  if (!(now instanceof Y.Map) || !(then instanceof Y.Map)) return;
  for (const key of new Set([...now.keys(), ...then.keys()])) restoreValue(now, then, key);
}

/** Moves as few cells as can be. */
function restoreOrder(doc: Y.Doc, wanted: readonly CellId[]): void {
  const places = new Map(visibleIds(doc).map((id, index) => [id, index]));
  const staying = longestRising(wanted.flatMap((id) => places.get(id) ?? []));
  wanted.forEach((id, index) => {
    const place = places.get(id);
    if (place === undefined || staying.has(place)) return;
    const before = wanted[index - 1];
    moveCells(doc, [id], before === undefined ? "start" : { after: before });
  });
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
