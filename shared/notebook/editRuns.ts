// Every change to the runs of a notebook. Only the peer that executes a run calls `beginRun` and `endRun` for it.

import type * as Y from "yjs";
import { CellId } from "../base/ids.ts";
import { executionOrigin, USER } from "./origins.ts";
import { outputsSoFar } from "./outputsSoFar.ts";
import { parseRunRecord, writeRunRecord, type RunRecord, type Runs } from "./runRecord.ts";
import { notebookRoots } from "./schema.ts";

/** Records that a run began; its outputs start empty. The run that began last owns the cell's record. */
export function beginRun(doc: Y.Doc, cell: CellId, record: RunRecord): void {
  doc.transact(() => {
    notebookRoots(doc).runs.set(cell, writeRunRecord(record));
    forgetSoFar(doc, cell);
  }, executionOrigin(record.run));
}

/**
 * Replaces the record of a run by its end. Does nothing, and returns false, if meanwhile another run began in this cell
 * (that one owns the record now): of two runs of one cell the outputs of one survive whole, never a mix. A run that was
 * lost without a word keeps what it had given so far.
 */
export function endRun(doc: Y.Doc, cell: CellId, record: RunRecord): boolean {
  return doc.transact(() => {
    const { runs } = notebookRoots(doc);
    const before = parseRunRecord(runs.get(cell));
    if (before?.run !== record.run) return false;
    const lost = record.status === "interrupted" && record.outputs.length === 0;
    runs.set(cell, writeRunRecord(lost ? { ...record, outputs: outputsSoFar(doc, cell, before) } : record));
    if (record.status !== "began") forgetSoFar(doc, cell);
    return true;
  }, executionOrigin(record.run));
}

/** Removes the outputs of cells. */
export function clearRuns(doc: Y.Doc, cells: readonly CellId[]): void {
  doc.transact(() => {
    for (const cell of cells) {
      notebookRoots(doc).runs.delete(cell);
      forgetSoFar(doc, cell);
    }
  }, USER);
}

function forgetSoFar(doc: Y.Doc, cell: CellId): void {
  const { soFar } = notebookRoots(doc);
  if (soFar.has(cell)) soFar.delete(cell);
}

export function readRun(doc: Y.Doc, cell: CellId): RunRecord | undefined {
  return parseRunRecord(notebookRoots(doc).runs.get(cell));
}

export function readRuns(doc: Y.Doc): Runs {
  const all = new Map<CellId, RunRecord>();
  for (const [key, value] of notebookRoots(doc).runs) {
    const cell = CellId.parse(key);
    const record = parseRunRecord(value);
    if (cell !== undefined && record !== undefined) all.set(cell, record);
  }
  return all;
}
