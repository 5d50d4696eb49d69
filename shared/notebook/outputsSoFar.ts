// What a run has given so far: whoever executes it writes it while it goes on, and the class host while whoever asked is away
// and its agent works on. It has a root of its own because one of them may end the run without having seen what the other
// wrote: of two concurrent values of one key in `runs` one is lost, and it may be the end.

import type * as Y from "yjs";
import { RunId, type CellId } from "../base/ids.ts";
import { isRecord } from "../base/parse.ts";
import { executionOrigin } from "./origins.ts";
import { parseRunRecord, readOutputs, writeOutputs, type OutputRef, type RunRecord } from "./runRecord.ts";
import { notebookRoots } from "./schema.ts";

export interface OutputsSoFar {
  readonly run: RunId;
  readonly outputs: readonly OutputRef[];
}

/** Undefined for anything else. */
export function parseOutputsSoFar(value: unknown): OutputsSoFar | undefined {
  if (!isRecord(value)) return undefined;
  const run = RunId.parse(value["run"]);
  return run === undefined ? undefined : { run, outputs: readOutputs(value["outputs"]) };
}

/** Those of the run that this record is of, if it began and has not ended. */
export function outputsSoFar(doc: Y.Doc, cell: CellId, record: RunRecord): readonly OutputRef[] {
  if (record.status !== "began") return [];
  const soFar = parseOutputsSoFar(notebookRoots(doc).soFar.get(cell));
  return soFar?.run === record.run ? soFar.outputs : [];
}

/** Replaces what the run had given before. Does nothing, and returns false, if the cell's record waits for no such run. */
export function writeOutputsSoFar(doc: Y.Doc, cell: CellId, { run, outputs }: OutputsSoFar): boolean {
  return doc.transact(() => {
    const { runs, soFar } = notebookRoots(doc);
    const record = parseRunRecord(runs.get(cell));
    if (record?.run !== run || record.status !== "began") return false;
    soFar.set(cell, { run, outputs: writeOutputs(outputs) });
    return true;
  }, executionOrigin(run));
}
