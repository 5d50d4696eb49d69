// How the cells of a notebook run, as the document says: the same for everybody.

import * as Y from "yjs";
import type { CellId } from "../base/ids.ts";
import { readNumber } from "../base/parse.ts";
import { seconds, type Milliseconds } from "../base/units.ts";
import { cellMap } from "./cell.ts";
import { setCellOption } from "./editCells.ts";
import { USER } from "./origins.ts";
import { CELL, META, notebookRoots } from "./schema.ts";

/**
 * How long a cell may run where nobody said anything else: as long as an agent gives it. Longer is nearly always a loop
 * without end, which would keep a fan running for hours.
 */
export const DEFAULT_TIME_LIMIT: Milliseconds = seconds(600);
/** The longest that can be said. */
const LONGEST: Milliseconds = seconds(7 * 24 * 3600);
/** In the document: no limit. */
const NO_LIMIT = 0;

/** Undefined: as long as it takes. */
export type TimeLimit = Milliseconds | undefined;

/** The time limit of all cells that have none of their own. */
export function notebookTimeLimit(doc: Y.Doc): TimeLimit {
  const said = readLimit(notebookRoots(doc).meta.get(META.timeLimit));
  return said === "unsaid" ? DEFAULT_TIME_LIMIT : said;
}

/** A cell's own time limit; `unsaid` where the notebook's is meant. */
export function ownTimeLimit(doc: Y.Doc, cell: CellId): TimeLimit | "unsaid" {
  const options = cellMap(notebookRoots(doc).cells, cell)?.get(CELL.options);
  return options instanceof Y.Map ? readLimit(options.get(TIME_LIMIT)) : "unsaid";
}

/** How long a cell may run. */
export function timeLimitOf(doc: Y.Doc, cell: CellId): TimeLimit {
  const own = ownTimeLimit(doc, cell);
  return own === "unsaid" ? notebookTimeLimit(doc) : own;
}

export function setNotebookTimeLimit(doc: Y.Doc, limit: TimeLimit): void {
  doc.transact(() => notebookRoots(doc).meta.set(META.timeLimit, inSeconds(limit)), USER);
}

/** `unsaid`: the notebook's is meant. */
export function setOwnTimeLimit(doc: Y.Doc, cell: CellId, limit: TimeLimit | "unsaid"): void {
  setCellOption(doc, cell, TIME_LIMIT, limit === "unsaid" ? "" : inSeconds(limit));
}

/** True where running a cell runs what reads from it, too. */
export const isReactive = (doc: Y.Doc): boolean => notebookRoots(doc).meta.get(META.reactive) === true;

export function setReactive(doc: Y.Doc, reactive: boolean): void {
  doc.transact(() => notebookRoots(doc).meta.set(META.reactive, reactive), USER);
}

/** Name among a cell's options: seconds, 0 for none. */
const TIME_LIMIT = "timeLimit";

const inSeconds = (limit: TimeLimit): number => (limit === undefined ? NO_LIMIT : limit / 1_000);

function readLimit(value: unknown): TimeLimit | "unsaid" {
  const said = readNumber(value, NO_LIMIT, LONGEST / 1_000);
  if (said === undefined) return "unsaid";
  return said === NO_LIMIT ? undefined : seconds(said);
}
