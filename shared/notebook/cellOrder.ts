// Cells are ordered by a fractional position, ties by id. Two peers who insert at one place offline may choose equal
// positions; between equal positions no key exists, so whoever next inserts there re-keys the right-hand run.

import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";
import type * as Y from "yjs";
import { CellId } from "../base/ids.ts";
import { CELL } from "./schema.ts";
import { cellMap } from "./cell.ts";

export type Position = string;

/** Random halvings of a gap: the chance that two peers pick one key in one gap is 2^-16. Adds about 3 characters. */
const JITTER_STEPS = 16;
const BITS_PER_RANDOM_BYTE = 8;
/** Characters. Ordinary editing stays far below; a longer position (or a hostile one) is replaced when next touched. */
const POSITION_LIMIT = 128;

/** All cells, deleted ones included, in document order. */
export function orderedCellIds(cells: Y.Map<unknown>): CellId[] {
  const entries: { id: CellId; position: Position }[] = [];
  for (const key of cells.keys()) {
    const id = CellId.parse(key);
    if (id === undefined || cellMap(cells, id) === undefined) continue;
    entries.push({ id, position: readPosition(cells, id) });
  }
  entries.sort((a, b) => compare(a.position, b.position) || compare(a.id, b.id));
  return entries.map((entry) => entry.id);
}

export function readPosition(cells: Y.Map<unknown>, id: CellId): Position {
  const position = cellMap(cells, id)?.get(CELL.position);
  return typeof position === "string" ? position : "";
}

/**
 * Makes room for `count` cells before index `at` of `order` and returns their positions, ascending.
 * Re-keys neighbours whose positions are equal, out of order or not valid keys. Call inside a transaction.
 */
export function makeRoom(cells: Y.Map<unknown>, order: readonly CellId[], at: number, count: number): Position[] {
  const left = at > 0 ? validPosition(cells, order[at - 1]) : null;
  if (left === undefined) {
    rekey(cells, order, 0, null);
    return makeRoom(cells, order, at, count);
  }
  const right = at < order.length ? validPosition(cells, order[at]) : null;
  if (right === undefined || (left !== null && right !== null && left >= right)) {
    rekey(cells, order, at, left);
    return makeRoom(cells, order, at, count);
  }
  return jitteredKeys(left, right, count);
}

/** Gives every cell from index `from` on a new position above `left`. */
function rekey(cells: Y.Map<unknown>, order: readonly CellId[], from: number, left: Position | null): void {
  const positions = generateNKeysBetween(left, null, order.length - from);
  positions.forEach((position, offset) => {
    const id = order[from + offset];
    if (id !== undefined) cellMap(cells, id)?.set(CELL.position, position);
  });
}

function jitteredKeys(left: Position | null, right: Position | null, count: number): Position[] {
  return generateNKeysBetween(left, right, count).map((key, index, keys) =>
    jitter(index === 0 ? left : (keys[index - 1] ?? null), key),
  );
}

/** A random key in (left, key], found by halving the gap a random number of times on random sides. */
function jitter(left: Position | null, key: Position): Position {
  const random = crypto.getRandomValues(new Uint8Array(JITTER_STEPS / BITS_PER_RANDOM_BYTE));
  let low = left;
  let high = key;
  for (let step = 0; step < JITTER_STEPS; step++) {
    const middle = generateKeyBetween(low, high);
    const goUp = ((random[step >> 3] ?? 0) >> (step & 7)) & 1;
    if (goUp === 1) low = middle;
    else high = middle;
  }
  return high;
}

/** The position if a key can be made beside it; undefined if not. The library throws on keys it did not make. */
function validPosition(cells: Y.Map<unknown>, id: CellId | undefined): Position | undefined {
  if (id === undefined) return undefined;
  const position = readPosition(cells, id);
  if (position.length > POSITION_LIMIT) return undefined;
  try {
    generateKeyBetween(position, null);
    return position;
  } catch {
    return undefined;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
