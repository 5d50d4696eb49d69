import * as Y from "yjs";
import type { CellId } from "../base/ids.ts";
import { cellMap, type Cell } from "../notebook/cell.ts";
import { longestRising } from "../notebook/longestRising.ts";
import { readNotebook } from "../notebook/readNotebook.ts";
import { CELL, notebookRoots } from "../notebook/schema.ts";
import type { Clocks } from "./contributions.ts";

/** The visible cells of a notebook at one moment, and what had been written by then. */
export interface CellsMoment {
  readonly cells: readonly Cell[];
  readonly clocks: Clocks;
}

/** What became of one cell. A cell that was changed and moved is `changed`. */
export interface CellChange {
  readonly id: CellId;
  readonly type: "added" | "deleted" | "changed" | "moved";
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
  /** Clients that did it, as far as what they wrote tells: text that only went leaves no name. */
  readonly clients: readonly number[];
}

/** Undefined while no notebook is in the document. */
export function cellsMoment(doc: Y.Doc): CellsMoment | undefined {
  const { state, cells } = readNotebook(doc);
  if (state === "absent") return undefined;
  return { cells, clocks: Y.decodeStateVector(Y.encodeStateVector(doc)) };
}

/** What was done to the cells between a moment and the document as it is: in the order of now, deleted ones last. */
export function cellChanges(before: CellsMoment, doc: Y.Doc): readonly CellChange[] {
  const { cells: after, deleted } = readNotebook(doc);
  const earlier = new Map(before.cells.map((cell) => [cell.id, cell]));
  const moved = movedCells(before.cells, after);
  const changes: CellChange[] = [];
  const push = (change: Omit<CellChange, "clients">): void => {
    changes.push({ ...change, clients: writersSince(doc, change.id, before.clocks) });
  };
  for (const cell of after) {
    const old = earlier.get(cell.id);
    if (old === undefined) push({ id: cell.id, type: "added", before: undefined, after: cell });
    else if (differs(old, cell)) push({ id: cell.id, type: "changed", before: old, after: cell });
    else if (moved.has(cell.id)) push({ id: cell.id, type: "moved", before: old, after: cell });
  }
  const visible = new Set(after.map(({ id }) => id));
  for (const old of before.cells) {
    if (visible.has(old.id)) continue;
    push({ id: old.id, type: "deleted", before: old, after: deleted.find(({ id }) => id === old.id) });
  }
  return changes;
}

const differs = (one: Cell, other: Cell): boolean =>
  one.source !== other.source || one.kind !== other.kind || one.language !== other.language;

/** The fewest cells whose moving explains the new order. */
function movedCells(before: readonly Cell[], after: readonly Cell[]): ReadonlySet<CellId> {
  const places = new Map(before.map(({ id }, index) => [id, index]));
  const common = after.filter(({ id }) => places.has(id));
  const staying = longestRising(common.flatMap(({ id }) => places.get(id) ?? []));
  return new Set(common.map(({ id }) => id).filter((id) => !staying.has(places.get(id) ?? -1)));
}

/** Clients that wrote something in the cell after these clocks. */
function writersSince(doc: Y.Doc, id: CellId, clocks: Clocks): readonly number[] {
  const map = cellMap(notebookRoots(doc).cells, id);
  if (map === undefined) return [];
  const writers = new Set<number>();
  const look = (item: Y.Item): void => {
    if (item.id.clock + item.length > (clocks.get(item.id.client) ?? 0)) writers.add(item.id.client);
  };
  for (const key of [CELL.kind, CELL.language, CELL.position, CELL.deleted, CELL.source]) {
    const item = map._map.get(key);
    if (item !== undefined && !item.deleted) look(item);
  }
  const source = map.get(CELL.source);
  if (!(source instanceof Y.Text)) return [...writers];
  for (let item = source._start; item !== null; item = item.right) if (!item.deleted) look(item);
  return [...writers];
}
