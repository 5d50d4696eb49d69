import type { FinishedRun, RunSoFar } from "../../contracts/host/finishedRoute.ts";
import { collectOutput } from "../../execution/collectOutput.ts";
import type { AgentJob } from "../../jobs/agentJob.ts";
import type { AgentEnd } from "../../jobs/jobMessage.ts";
import { decodeItem, itemsOf, type Chunk } from "../../jobs/outputLog.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { notRunError, notRunOutput } from "../execution/refusalOutput.ts";

/** A job that ended, as its requester would have written it; undefined for one that did not, or of which too little is known. */
export function finishedRun({ job, stage, about, chunks }: AgentJob): FinishedRun | undefined {
  if (stage.name !== "finished" || about === undefined) return undefined;
  const { cell, took } = about;
  const { end } = stage;
  const notRun = end.status === "failed" && end.code !== "kernel-lost" ? notRunError(end) : undefined;
  // A slot that died has said so in the output.
  const outputs = collected(chunks, notRun === undefined ? [] : [notRunOutput(notRun)]);
  const at = end.status === "executed" && end.end.status === "error" && end.end.cell === cell ? end.end.at : undefined;
  const told = notRun === undefined ? {} : { notRun: notRun.message };
  return { run: job, cell, status: statusOf(end), duration: took, errorAt: at, outputs, ...told };
}

/** A job that goes on, as far as it came; undefined for any other. */
export function runSoFar({ job, stage, about, chunks }: AgentJob): RunSoFar | undefined {
  if (stage.name !== "running" || about === undefined) return undefined;
  return { run: job, cell: about.cell, status: "running", outputs: collected(chunks, []) };
}

/** Its count, which results show, is in the notebook alone. */
function collected(chunks: readonly Chunk[], more: readonly CellOutput[]): readonly CellOutput[] {
  let outputs: readonly CellOutput[] = [];
  for (const output of [...itemsOf(chunks).flatMap(decodeItem), ...more]) {
    outputs = collectOutput(outputs, output, undefined);
  }
  return outputs;
}

function statusOf(end: AgentEnd): FinishedRun["status"] {
  if (end.status === "executed") return end.end.status;
  return end.status === "failed" && end.code !== "kernel-lost" ? "error" : "interrupted";
}
