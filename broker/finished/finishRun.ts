// What an agent says it finished or got so far, written into a notebook as its requester would have.

import type * as Y from "yjs";
import type { PeerId } from "#shared/base/ids.ts";
import type { BroughtRun } from "#shared/contracts/host/finishedRoute.ts";
import { endRun, readRun } from "#shared/notebook/editRuns.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { createOutputRef, outputMime } from "#shared/notebook/outputRef.ts";
import { writeOutputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";

/** The record that this run belongs to: the notebook says that the run began, and was given to this agent. */
export function awaitedRecord(doc: Y.Doc, { run, cell }: BroughtRun, agent: PeerId): RunRecord | undefined {
  const record = readRun(doc, cell);
  const given = record?.where.at === "agent" && record.where.agent === agent;
  return given && record.run === run && record.status === "began" ? record : undefined;
}

export type MadeOutput = ReturnType<typeof createOutputRef>;

/** References to the outputs, and the bodies of those that must be stored before. */
export function makeOutputs({ outputs }: BroughtRun, { count }: RunRecord): readonly MadeOutput[] {
  return outputs.map((output) => {
    const counted = withCount(output, count);
    return createOutputRef(JSON.stringify(counted), outputMime(counted));
  });
}

/** False if the notebook does not wait for it any more: then nothing is changed. */
export function writeBrought(
  doc: Y.Doc,
  brought: BroughtRun,
  { agent, outputs }: { readonly agent: PeerId; readonly outputs: RunRecord["outputs"] },
): boolean {
  const record = awaitedRecord(doc, brought, agent);
  if (record === undefined) return false;
  const { run, cell } = brought;
  if (brought.status === "running") return writeOutputsSoFar(doc, cell, { run, outputs });
  const { status, duration, errorAt, notRun } = brought;
  return endRun(doc, cell, {
    ...record,
    status,
    duration,
    errorAt,
    outputs,
    ...(notRun === undefined ? {} : { notRun }),
  });
}

const withCount = (output: CellOutput, count: number | undefined): CellOutput =>
  output.output_type === "execute_result" && count !== undefined ? { ...output, execution_count: count } : output;
