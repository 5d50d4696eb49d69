// The mark "keep its result" on a cell. It stands in the cell's `.ipynb` metadata, so that it survives export and import.

import type * as Y from "yjs";
import type { CellId } from "../../base/ids.ts";
import { isRecord, type JsonObject } from "../../base/parse.ts";
import { cellMap, readCell } from "../cell.ts";
import { setCellMetadata } from "../editCells.ts";
import { CELL, notebookRoots } from "../schema.ts";

const OWN = "meshbook";
const MEMO = "memo";

/** True for a cell whose result is to be kept: `map` is what stands for it in the document. */
export function isMemoMap(map: Y.Map<unknown>): boolean {
  const metadata = map.get(CELL.metadata);
  const own = isRecord(metadata) ? metadata[OWN] : undefined;
  return isRecord(own) && own[MEMO] === true;
}

export function isMemo(doc: Y.Doc, cell: CellId): boolean {
  const map = cellMap(notebookRoots(doc).cells, cell);
  return map !== undefined && isMemoMap(map);
}

/** Marks a cell, or takes the mark away. What was kept of it before stays until it is pushed out. */
export function setMemo(doc: Y.Doc, cell: CellId, memo: boolean): void {
  const metadata = readCell(notebookRoots(doc).cells, cell)?.metadata;
  if (metadata !== undefined && isMemo(doc, cell) !== memo) setCellMetadata(doc, cell, marked(metadata, memo));
}

function marked({ [OWN]: own, ...others }: JsonObject, memo: boolean): JsonObject {
  const rest = Object.fromEntries(Object.entries(isRecord(own) ? own : {}).filter(([key]) => key !== MEMO));
  const next = memo ? { ...rest, [MEMO]: true } : rest;
  return Object.keys(next).length === 0 ? others : { ...others, [OWN]: next };
}
