// How much memory a cell may take, as the document says: the same for everybody. Who executes it keeps to it where memory
// can be bounded (shared/contracts/kernel/memoryLimits.ts): everywhere in Python and SQL, in JavaScript on agents alone.

import * as Y from "yjs";
import type { CellId } from "../base/ids.ts";
import { readInteger } from "../base/parse.ts";
import { mib, type Bytes } from "../base/units.ts";
import { cellMap } from "./cell.ts";
import { setCellOption } from "./editCells.ts";
import { USER } from "./origins.ts";
import { CELL, META, notebookRoots } from "./schema.ts";

/** Where nobody said anything else: what a kernel gives at most. The browser of a laptop with 8 GiB still has room for the page. */
export const DEFAULT_MEMORY_LIMIT: Bytes = mib(2048);
/** With less, Python has hardly started. */
export const LEAST_MEMORY_LIMIT: Bytes = mib(128);

const MIB = 2 ** 20;
/** Name among a cell's options: MiB. */
const MEMORY_LIMIT = "memoryLimit";

/** The memory limit of all cells that have none of their own. */
export const notebookMemoryLimit = (doc: Y.Doc): Bytes =>
  readLimit(notebookRoots(doc).meta.get(META.memoryLimit)) ?? DEFAULT_MEMORY_LIMIT;

/** A cell's own memory limit; `unsaid` where the notebook's is meant. */
export function ownMemoryLimit(doc: Y.Doc, cell: CellId): Bytes | "unsaid" {
  const options = cellMap(notebookRoots(doc).cells, cell)?.get(CELL.options);
  return (options instanceof Y.Map ? readLimit(options.get(MEMORY_LIMIT)) : undefined) ?? "unsaid";
}

/** How much memory a cell may take. */
export function memoryLimitOf(doc: Y.Doc, cell: CellId): Bytes {
  const own = ownMemoryLimit(doc, cell);
  return own === "unsaid" ? notebookMemoryLimit(doc) : own;
}

export function setNotebookMemoryLimit(doc: Y.Doc, limit: Bytes): void {
  doc.transact(() => notebookRoots(doc).meta.set(META.memoryLimit, limit / MIB), USER);
}

/** `unsaid`: the notebook's is meant. */
export function setOwnMemoryLimit(doc: Y.Doc, cell: CellId, limit: Bytes | "unsaid"): void {
  setCellOption(doc, cell, MEMORY_LIMIT, limit === "unsaid" ? "" : limit / MIB);
}

/** Of a document or a message: undefined for what is no limit. `size`: MiB. */
export function readLimit(size: unknown): Bytes | undefined {
  const said = readInteger(size, LEAST_MEMORY_LIMIT / MIB, DEFAULT_MEMORY_LIMIT / MIB);
  return said === undefined ? undefined : mib(said);
}
