import type { FinishedRun } from "../../contracts/finishedRoute.ts";
import { collectOutput } from "../../execution/collectOutput.ts";
import type { AgentJob } from "../../jobs/agentJob.ts";
import type { AgentEnd } from "../../jobs/jobMessage.ts";
import { decodeItem, itemsOf } from "../../jobs/outputLog.ts";
import type { CellOutput } from "../../notebook/output.ts";

/** A job that ended, as its requester would have written it; undefined for one that did not, or of which too little is known. */
export function finishedRun({ job, stage, about, chunks }: AgentJob): FinishedRun | undefined {
  if (stage.name !== "finished" || about === undefined) return undefined;
  let outputs: readonly CellOutput[] = [];
  const given = itemsOf(chunks).flatMap(decodeItem);
  // Its count, which results show, is in the notebook alone.
  for (const output of [...given, ...saidBy(stage.end)]) outputs = collectOutput(outputs, output, undefined);
  const { cell, took } = about;
  const { end } = stage;
  const at = end.status === "executed" && end.end.status === "error" && end.end.cell === cell ? end.end.at : undefined;
  return { run: job, cell, status: statusOf(end), duration: took, errorAt: at, outputs };
}

function statusOf(end: AgentEnd): FinishedRun["status"] {
  if (end.status === "executed") return end.end.status;
  return end.status === "failed" && end.code !== "kernel-lost" ? "error" : "interrupted";
}

/** A slot that died has said so in the output. */
function saidBy(end: AgentEnd): readonly CellOutput[] {
  if (end.status !== "failed" || end.code === "kernel-lost") return [];
  return [{ output_type: "error", ename: "AgentError", evalue: end.message, traceback: [] }];
}
