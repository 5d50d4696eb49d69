// How an ended job is written to the agent's disk: what is needed to tell its requester all of it in a later life.

import { CellId, PeerId, RoomId } from "../base/ids.ts";
import { isRecord, readArray, readBoolean, readBytes, readInteger, readNumber } from "../base/parse.ts";
import { mib, ms, type Bytes, type Milliseconds } from "../base/units.ts";
import type { AgentJob } from "./agentJob.ts";
import { jobKey } from "./jobKey.ts";
import { decodeCbor, encodeCbor } from "./jobCodec.ts";
import { CHUNK_LIMIT, JOB_OUTPUT_LIMIT, type DoneMessage } from "./jobMessage.ts";
import type { Chunk } from "./outputLog.ts";
import { parseJobMessage } from "./parseJobMessage.ts";

/** All output that a job may have, and what goes around it. */
const RECORD_LIMIT: Bytes = mib(32);
const VERSION = 1;

/** Undefined for a job that has not ended. */
export function encodeKeptEnd(job: AgentJob): Uint8Array | undefined {
  const { from, fence, attempt, chunks, stage, about } = job;
  if (stage.name !== "finished") return undefined;
  const done: DoneMessage = { type: "done", job: job.job, attempt, chunks: chunks.length, end: stage.end };
  return encodeCbor({ version: VERSION, from, fence, done, chunks, about });
}

/**
 * The job as an agent knows it that has told nothing of it yet; undefined for bytes that are no such record. It is as if it
 * had ended now: only a wall clock knows more, and one that was set right meanwhile would make what is new a day old.
 */
export function decodeKeptEnd(record: Uint8Array, at: Milliseconds): AgentJob | undefined {
  const value = decodeCbor(record, RECORD_LIMIT);
  if (!isRecord(value) || value["version"] !== VERSION) return undefined;
  const from = PeerId.parse(value["from"]);
  const fence = readInteger(value["fence"], 0, Number.MAX_SAFE_INTEGER);
  const done = parseJobMessage(value["done"]);
  const chunks = readArray(value["chunks"], JOB_OUTPUT_LIMIT, readChunk);
  if (from === undefined || fence === undefined || chunks === undefined) return undefined;
  if (typeof done !== "object" || done.type !== "done" || done.chunks !== chunks.length) return undefined;
  const size = chunks.reduce((sum, { data }) => sum + data.byteLength, 0);
  const { job, attempt, end } = done;
  const about = readAbout(value["about"]);
  const told = { about, sent: 0, got: 0, dones: 0, nextDone: at };
  return {
    key: jobKey(from, job, attempt),
    from,
    job,
    attempt,
    fence,
    chunks,
    size,
    stage: { name: "finished", end, since: at },
    ...told,
  };
}

function readAbout(value: unknown): AgentJob["about"] {
  if (!isRecord(value)) return undefined;
  const notebook = RoomId.parse(value["notebook"]);
  const cell = CellId.parse(value["cell"]);
  const took = readNumber(value["took"], 0, Number.MAX_SAFE_INTEGER);
  return notebook === undefined || cell === undefined || took === undefined
    ? undefined
    : { notebook, cell, took: ms(took) };
}

function readChunk(value: unknown): Chunk | undefined {
  if (!isRecord(value)) return undefined;
  const last = readBoolean(value["last"]);
  const data = readBytes(value["data"], CHUNK_LIMIT);
  return last === undefined || data === undefined ? undefined : { last, data };
}
