// What an agent says it finished, written into a notebook as its requester would have.

import type * as Y from "yjs";
import type { PeerId } from "#shared/base/ids.ts";
import type { FinishedRun } from "#shared/contracts/finishedRoute.ts";
import { endRun, readRun } from "#shared/notebook/editRuns.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { createOutputRef, outputMime } from "#shared/notebook/outputRef.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";

/** The record that this end belongs to: the notebook says that the run began, and was given to this agent. */
export function awaitedRecord(doc: Y.Doc, { run, cell }: FinishedRun, agent: PeerId): RunRecord | undefined {
  const record = readRun(doc, cell);
  const given = record?.where.at === "agent" && record.where.agent === agent;
  return given && record.run === run && record.status === "began" ? record : undefined;
}

export type MadeOutput = ReturnType<typeof createOutputRef>;

/** References to the outputs, and the bodies of those that must be stored before. */
export function makeOutputs({ outputs }: FinishedRun, { count }: RunRecord): readonly MadeOutput[] {
  return outputs.map((output) => {
    const counted = withCount(output, count);
    return createOutputRef(JSON.stringify(counted), outputMime(counted));
  });
}

/** False if the notebook does not wait for it any more: then nothing is changed. */
export function writeFinished(
  doc: Y.Doc,
  finished: FinishedRun,
  { agent, outputs }: { readonly agent: PeerId; readonly outputs: RunRecord["outputs"] },
): boolean {
  const record = awaitedRecord(doc, finished, agent);
  if (record === undefined) return false;
  const { status, duration, errorAt, cell } = finished;
  return endRun(doc, cell, { ...record, status, duration, errorAt, outputs });
}

const withCount = (output: CellOutput, count: number | undefined): CellOutput =>
  output.output_type === "execute_result" && count !== undefined ? { ...output, execution_count: count } : output;
