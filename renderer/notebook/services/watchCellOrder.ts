import * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId } from "#shared/base/ids.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import { cellMap, isDeleted } from "#shared/notebook/cell.ts";
import { orderedCellIds } from "#shared/notebook/cellOrder.ts";
import { CELL, notebookRoots } from "#shared/notebook/schema.ts";

/** The visible cells in order. One observer for the notebook; typing, options and outputs do not wake it. */
export function watchCellOrder(doc: Y.Doc): { order: Readable<readonly CellId[]>; dispose: Dispose } {
  const { cells } = notebookRoots(doc);
  const order = new Value(visibleCells(cells));
  const changed = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    if (!events.some((event) => concernsOrder(cells, event))) return;
    const next = visibleCells(cells);
    if (!sameItems(order.get(), next)) order.set(next);
  };
  // reason: observeDeep's own type says `any` where ours says `unknown`.
  const observer = changed as Parameters<typeof cells.observeDeep>[0];
  cells.observeDeep(observer);
  return { order, dispose: () => cells.unobserveDeep(observer) };
}

export function visibleCells(cells: Y.Map<unknown>): readonly CellId[] {
  return orderedCellIds(cells).filter((id) => {
    const map = cellMap(cells, id);
    return map !== undefined && !isDeleted(map);
  });
}

function concernsOrder(cells: Y.Map<unknown>, event: Y.YEvent<Y.AbstractType<unknown>>): boolean {
  if (event.target === cells) return true;
  if (!(event instanceof Y.YMapEvent) || event.target.parent !== cells) return false;
  return event.keysChanged.has(CELL.position) || event.keysChanged.has(CELL.deleted);
}

const sameItems = (a: readonly CellId[], b: readonly CellId[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);
