// How an agent brings the end of a run whose requester has gone to the class host, which writes it into the notebook, and
// before the end what the run has given so far:
//   POST /finished/<roomId>   ← `BroughtRun` as JSON, signed by the agent's device → 204 written and stored, or
//   409 the notebook does not say that this run executes on this agent (any more), or 404, 403, 400, 413, 429, 503, 507.
// Nobody needs a role for it: the notebook itself says which agent a run was given to, and only that agent's device can
// sign. Nothing is changed by what comes after the end.

import { CellId, RunId, type RoomId } from "../../base/ids.ts";
import { isRecord, readArray, readInteger, readNumber, readOneOf, readString } from "../../base/parse.ts";
import { mib, ms, type Bytes, type Milliseconds } from "../../base/units.ts";
import { parseOutput, type CellOutput } from "../../notebook/output.ts";
import { NOT_RUN_LIMIT, OUTPUT_COUNT_LIMIT } from "../../notebook/runRecord.ts";

export const FINISHED_PATH = "/finished/";
/** Base64url. */
export const FINISHED_KEY_HEADER = "x-meshbook-key";
export const FINISHED_SIGNATURE_HEADER = "x-meshbook-signature";

/** More than all output that one run may have (`JOB_OUTPUT_LIMIT`). */
export const FINISHED_LIMIT: Bytes = mib(32);
const LONGEST_RUN = 1e12;
const LINE_LIMIT = 10_000_000;

export interface FinishedRun {
  readonly run: RunId;
  readonly cell: CellId;
  readonly status: "ok" | "error" | "interrupted";
  readonly duration: Milliseconds;
  readonly errorAt: { readonly line: number; readonly column: number } | undefined;
  /** All of them, as they stand at the end. */
  readonly outputs: readonly CellOutput[];
  /** Why nothing of it was executed, for people; see `RunRecord`. Older agents do not tell. */
  readonly notRun?: string;
}

/** One that goes on. */
export interface RunSoFar {
  readonly run: RunId;
  readonly cell: CellId;
  readonly status: "running";
  /** All of them, as they stand now: what was brought before is replaced. */
  readonly outputs: readonly CellOutput[];
}

export type BroughtRun = FinishedRun | RunSoFar;

/** What the agent's device signs. */
export function finishedMessage(room: RoomId, body: Uint8Array): Uint8Array {
  const prefix = new TextEncoder().encode(`meshbook/1/finished\n${room}\n`);
  const message = new Uint8Array(prefix.length + body.length);
  message.set(prefix);
  message.set(body, prefix.length);
  return message;
}

/** Undefined for anything else. */
export function parseBroughtRun(value: unknown): BroughtRun | undefined {
  if (!isRecord(value)) return undefined;
  const run = RunId.parse(value["run"]);
  const cell = CellId.parse(value["cell"]);
  const status = readOneOf(value["status"], ["ok", "error", "interrupted", "running"]);
  const duration = readNumber(value["duration"], 0, LONGEST_RUN);
  const outputs = readArray(value["outputs"], OUTPUT_COUNT_LIMIT, parseOutput);
  if (run === undefined || cell === undefined || status === undefined || outputs === undefined) return undefined;
  if (status === "running") return { run, cell, status, outputs };
  if (duration === undefined) return undefined;
  const notRun = readString(value["notRun"], NOT_RUN_LIMIT);
  const told = notRun === undefined ? {} : { notRun };
  return { run, cell, status, duration: ms(duration), errorAt: readPlace(value["errorAt"]), outputs, ...told };
}

function readPlace(value: unknown): FinishedRun["errorAt"] {
  if (!isRecord(value)) return undefined;
  const line = readInteger(value["line"], 1, LINE_LIMIT);
  const column = readInteger(value["column"], 1, LINE_LIMIT);
  return line === undefined || column === undefined ? undefined : { line, column };
}
