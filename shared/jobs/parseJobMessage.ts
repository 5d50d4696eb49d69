// Reads what a peer sent, field by field. A message of a type that newer code may know is left out; one of a known type
// with a field that cannot be right makes its whole batch worthless, because its sender is broken or hostile.

import { CellId, KernelId, PeerId, RoomId, RunId } from "../base/ids.ts";
import { isRecord, readArray, readBoolean, readBytes, readInteger, readOneOf, readString } from "../base/parse.ts";
import { bytes, ms } from "../base/units.ts";
import { parseTraceParent, type TraceParent } from "../base/traceParent.ts";
import { parseControlValues } from "../notebook/controls/control.ts";
import { DEFAULT_MEMORY_LIMIT, LEAST_MEMORY_LIMIT } from "../notebook/memoryLimit.ts";
import { readLabels } from "../ports/agentLabels.ts";
import type { CellProgram, KernelEnd } from "../ports/Kernel.ts";
import { readImports } from "./importsOfProgram.ts";
import type { AgentEnd, AgentFacts, JobMessage } from "./jobMessage.ts";
import {
  ALLOW_LIMIT,
  ANSWER_LIMIT,
  CHUNK_LIMIT,
  DEFAULT_PRIORITY,
  JOB_FAILURES,
  JOB_OUTPUT_LIMIT,
  LAST_PRIORITY,
  LONGEST_TIME_LIMIT,
  OFFER_LIMIT,
  QUESTION_LIMIT,
} from "./jobMessage.ts";

/** What `parseJobMessage` gives for a type it does not know. */
export const UNKNOWN_TYPE = "unknown-type";

const NAME_LIMIT = 256;
const TEXT_LIMIT = 1_000;
const LANGUAGE_LIMIT = 32;
const SLOT_LIMIT = 1_024;
const ATTEMPT_LIMIT = 1_000_000;
/** Jobs one heartbeat may list. */
export const HEARTBEAT_JOBS = 512;
/** Programs one offer may carry. */
const PROGRAM_LIMIT = 2_000;
const NAMES_LIMIT = 10_000;
const LINE_LIMIT = 10_000_000;
/** Days an offer may wait: more is a mistake of unit. */
const TTL_LIMIT = 7 * 24 * 3_600_000;
const RETRY_LIMIT = 60_000;
/** Jobs in a minute: more than any computer could end. */
const RECENT_LIMIT = 100_000_000;
/** More jobs than an agent may hold at all. */
const CREDIT_LIMIT = 4_096;
/** A chunk may hold one byte, and a job no more chunks than its output has bytes. */
const CHUNK_COUNT_LIMIT = JOB_OUTPUT_LIMIT;

type Reader = (fields: Record<string, unknown>) => JobMessage | undefined;

const readers: Readonly<Record<JobMessage["type"], Reader>> = {
  presence: (fields) => {
    const name = readString(fields["name"], NAME_LIMIT);
    const agent = fields["agent"] === undefined ? undefined : readFacts(fields["agent"]);
    if (name === undefined || (agent === undefined && fields["agent"] !== undefined)) return undefined;
    return { type: "presence", name, agent, ...(fields["pieces"] === true ? { pieces: true } : {}) };
  },
  gone: (fields) => {
    const final = readBoolean(fields["final"]);
    return final === undefined ? undefined : { type: "gone", final };
  },
  heartbeat: (fields) => {
    const jobs = readArray(fields["jobs"], HEARTBEAT_JOBS, readHeld);
    const credits = readIfThere(fields["credits"], (value) => readArray(value, HEARTBEAT_JOBS, readGrant));
    return jobs === undefined || credits === "wrong" ? undefined : { type: "heartbeat", jobs, credits };
  },
  offer: readOffer,
  ack: (fields) => {
    const tried = readTried(fields);
    const state = readOneOf(fields["state"], ["queued", "running"]);
    const credit = readIfThere(fields["credit"], readCredit);
    if (tried === undefined || state === undefined || credit === "wrong") return undefined;
    return { type: "ack", ...tried, state, credit };
  },
  busy: (fields) => {
    const retry = readInteger(fields["retry"], 0, RETRY_LIMIT);
    const credit = readIfThere(fields["credit"], readCredit);
    if (retry === undefined || credit === "wrong") return undefined;
    return ofJob(fields, (of) => ({ type: "busy", ...of, retry: ms(retry), credit }));
  },
  chunk: (fields) => {
    const tried = readTried(fields);
    const n = readCount(fields["n"]);
    const last = readBoolean(fields["last"]);
    const data = readBytes(fields["data"], CHUNK_LIMIT);
    if (tried === undefined || n === undefined || last === undefined || data === undefined) return undefined;
    return { type: "chunk", ...tried, n, last, data };
  },
  done: (fields) => {
    const tried = readTried(fields);
    const chunks = readCount(fields["chunks"]);
    const end = readEnd(fields["end"]);
    const credit = readIfThere(fields["credit"], readCredit);
    if (tried === undefined || chunks === undefined || end === undefined || credit === "wrong") return undefined;
    return { type: "done", ...tried, chunks, end, credit, ...readTrace(fields) };
  },
  ask: (fields) => {
    const tried = readTried(fields);
    const question = readInteger(fields["question"], 1, CHUNK_COUNT_LIMIT);
    const prompt = readString(fields["prompt"], QUESTION_LIMIT);
    const secret = readBoolean(fields["secret"]);
    if (tried === undefined || question === undefined || prompt === undefined || secret === undefined) return undefined;
    const over = fields["over"] === true ? ({ over: true } as const) : {};
    return { type: "ask", ...tried, question, prompt, secret, ...over };
  },
  answer: (fields) => {
    const question = readInteger(fields["question"], 1, CHUNK_COUNT_LIMIT);
    const text = readIfThere(fields["text"], (value) => readString(value, ANSWER_LIMIT));
    if (question === undefined || text === "wrong") return undefined;
    return ofJob(fields, (of) => ({ type: "answer", ...of, question, ...(text === undefined ? {} : { text }) }));
  },
  rcv: (fields) => ofJob(fields, (of) => ({ type: "rcv", ...of })),
  cancel: (fields) => ofJob(fields, (of) => ({ type: "cancel", ...of })),
  recall: (fields) => ofJob(fields, (of) => ({ type: "recall", ...of })),
  unknown: (fields) => ofJob(fields, (of) => ({ type: "unknown", ...of })),
  got: (fields) => {
    const next = readCount(fields["next"]);
    return next === undefined ? undefined : ofJob(fields, (of) => ({ type: "got", ...of, next }));
  },
  need: (fields) => {
    const from = readCount(fields["from"]);
    return from === undefined ? undefined : ofJob(fields, (of) => ({ type: "need", ...of, from }));
  },
  release: (fields) => ofKernel(fields, (kernel) => ({ type: "release", kernel })),
  late: (fields) => {
    const data = readBytes(fields["data"], CHUNK_LIMIT);
    const job = RunId.parse(fields["job"]);
    return data === undefined || job === undefined ? undefined : { type: "late", job, data };
  },
  lost: (fields) => ofKernel(fields, (kernel) => ({ type: "lost", kernel })),
};

/** The message, `UNKNOWN_TYPE` for a type only newer code knows, undefined for what no peer in order would send. */
export function parseJobMessage(value: unknown): JobMessage | typeof UNKNOWN_TYPE | undefined {
  if (!isRecord(value) || typeof value["type"] !== "string") return undefined;
  const type = value["type"];
  if (!isKnownType(type)) return UNKNOWN_TYPE;
  return readers[type](value);
}

const isKnownType = (type: string): type is JobMessage["type"] => Object.hasOwn(readers, type);

const readCount = (value: unknown): number | undefined => readInteger(value, 0, CHUNK_COUNT_LIMIT);

type OfAttempt = { readonly job: RunId; readonly attempt: number | undefined };

function ofJob(fields: Record<string, unknown>, make: (of: OfAttempt) => JobMessage): JobMessage | undefined {
  const job = RunId.parse(fields["job"]);
  const attempt = readIfThere(fields["attempt"], (value) => readInteger(value, 1, ATTEMPT_LIMIT));
  return job === undefined || attempt === "wrong" ? undefined : make({ job, attempt });
}

/** A field that older code does not write. */
function readIfThere<T>(value: unknown, read: (value: unknown) => T | undefined): T | undefined | "wrong" {
  return value === undefined ? undefined : (read(value) ?? "wrong");
}

const readCredit = (value: unknown): number | undefined => readInteger(value, 0, CREDIT_LIMIT);

function readGrant(value: unknown): { peer: PeerId; credit: number } | undefined {
  if (!isRecord(value)) return undefined;
  const peer = PeerId.parse(value["peer"]);
  const credit = readCredit(value["credit"]);
  return peer === undefined || credit === undefined ? undefined : { peer, credit };
}

function ofKernel(fields: Record<string, unknown>, make: (kernel: KernelId) => JobMessage): JobMessage | undefined {
  const kernel = KernelId.parse(fields["kernel"]);
  return kernel === undefined ? undefined : make(kernel);
}

function readTried(fields: Record<string, unknown>): { job: RunId; attempt: number } | undefined {
  const job = RunId.parse(fields["job"]);
  const attempt = readInteger(fields["attempt"], 1, ATTEMPT_LIMIT);
  return job === undefined || attempt === undefined ? undefined : { job, attempt };
}

function readFacts(value: unknown): AgentFacts | undefined {
  if (!isRecord(value)) return undefined;
  const languages = readArray(value["languages"], LANGUAGE_LIMIT, (item) => readString(item, LANGUAGE_LIMIT));
  const slots = readInteger(value["slots"], 1, SLOT_LIMIT);
  const freeSlots = readInteger(value["freeSlots"], 0, SLOT_LIMIT);
  const isolation = ([1, 2, 3] as const).find((level) => level === value["isolation"]);
  if (languages === undefined || slots === undefined || freeSlots === undefined) return undefined;
  const draining = value["draining"] === true ? ({ draining: true } as const) : {};
  const labels = readIfThere(value["labels"], readLabels);
  const versions = readIfThere(value["versions"], readLabels);
  const recent = readIfThere(value["recent"], (count) => readInteger(count, 0, RECENT_LIMIT));
  const allow = readIfThere(value["allow"], (peers) => readArray(peers, ALLOW_LIMIT, PeerId.parse));
  if (isolation === undefined || labels === "wrong" || versions === "wrong") return undefined;
  if (allow === "wrong" || recent === "wrong") return undefined;
  return {
    ...{ languages, slots, freeSlots, isolation },
    ...(labels && { labels }),
    ...(versions && { versions }),
    ...(allow && { allow }),
    ...(recent === undefined ? {} : { recent }),
    ...draining,
  };
}

function readHeld(value: unknown): { job: RunId; chunks: number } | undefined {
  if (!isRecord(value)) return undefined;
  const job = RunId.parse(value["job"]);
  const chunks = readCount(value["chunks"]);
  return job === undefined || chunks === undefined ? undefined : { job, chunks };
}

function readOffer(fields: Record<string, unknown>): JobMessage | undefined {
  const tried = readTried(fields);
  const fence = readInteger(fields["fence"], 0, Number.MAX_SAFE_INTEGER);
  const ttl = readInteger(fields["ttl"], 1, TTL_LIMIT);
  const limit = readInteger(fields["limit"], 1, LONGEST_TIME_LIMIT);
  if (tried === undefined || fence === undefined || ttl === undefined || limit === undefined) return undefined;
  const priority = readInteger(fields["priority"] ?? DEFAULT_PRIORITY, 0, LAST_PRIORITY);
  const notebook = RoomId.parse(fields["notebook"]);
  const kernel = KernelId.parse(fields["kernel"]);
  const fresh = readBoolean(fields["fresh"]);
  if (notebook === undefined || kernel === undefined || fresh === undefined || priority === undefined) return undefined;
  const program = readProgram(fields["program"]);
  const before = readArray(fields["before"], PROGRAM_LIMIT, readProgram);
  if (program === undefined || before === undefined) return undefined;
  const times = { ttl: ms(ttl), limit: ms(limit) };
  const anyKernel = fresh && fields["anyKernel"] === true ? ({ anyKernel: true } as const) : {};
  const how = { priority, notebook, kernel, fresh, ...anyKernel };
  return { type: "offer", ...tried, fence, ...times, ...how, program, before, ...readTrace(fields) };
}

/** A context that is none is as good as none: what is watched must not fail because of how. */
function readTrace(fields: Record<string, unknown>): { readonly traceparent?: TraceParent } {
  const traceparent = parseTraceParent(fields["traceparent"]);
  return traceparent === undefined ? {} : { traceparent };
}

function readProgram(value: unknown): CellProgram | undefined {
  if (!isRecord(value)) return undefined;
  const cell = CellId.parse(value["cell"]);
  const language = readOneOf(value["language"], ["javascript", "python", "sql"]);
  const code = readString(value["code"], OFFER_LIMIT);
  const inputs = readInputs(value["inputs"]);
  const defines = readArray(value["defines"], NAMES_LIMIT, (item) => readString(item, TEXT_LIMIT));
  if (cell === undefined || language === undefined || code === undefined) return undefined;
  if (inputs === undefined || defines === undefined) return undefined;
  const controls = parseControlValues(value["controls"]);
  const moved = Object.keys(controls).length > 0;
  const memory = readInteger(value["memory"], LEAST_MEMORY_LIMIT, DEFAULT_MEMORY_LIMIT);
  const bounded = memory === undefined ? {} : { memory: bytes(memory) };
  return { cell, language, code, inputs, defines, ...(moved && { controls }), ...readImports(value), ...bounded };
}

function readInputs(value: unknown): Readonly<Record<string, CellId>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > NAMES_LIMIT) return undefined;
  const inputs: [string, CellId][] = [];
  for (const [name, id] of entries) {
    const cell = CellId.parse(id);
    if (cell === undefined || name.length > TEXT_LIMIT) return undefined;
    inputs.push([name, cell]);
  }
  // `fromEntries` and not assignment: a cell may well read a variable called `__proto__`.
  return Object.fromEntries(inputs);
}

function readEnd(value: unknown): AgentEnd | undefined {
  if (!isRecord(value)) return undefined;
  switch (readOneOf(value["status"], ["executed", "cancelled", "failed"])) {
    case "executed": {
      const end = parseKernelEnd(value["end"]);
      return end === undefined ? undefined : { status: "executed", end };
    }
    case "cancelled":
      return { status: "cancelled" };
    case "failed": {
      const message = readString(value["message"], TEXT_LIMIT) ?? "";
      const code = readOneOf(value["code"], JOB_FAILURES) ?? "failed";
      return { status: "failed", code, message, ...(value["again"] === true ? { again: true } : {}) };
    }
    case undefined:
      return undefined;
  }
}

/** Reads how an execution ended, as told by an agent or by a slot's process. */
export function parseKernelEnd(value: unknown): KernelEnd | undefined {
  if (!isRecord(value)) return undefined;
  switch (readOneOf(value["status"], ["ok", "error", "interrupted"])) {
    case "ok":
      return { status: "ok" };
    case "interrupted": {
      const stateLost = readBoolean(value["stateLost"]);
      return stateLost === undefined ? undefined : { status: "interrupted", stateLost };
    }
    case "error": {
      const cell = CellId.parse(value["cell"]);
      return cell === undefined ? undefined : { status: "error", cell, at: readPlace(value["at"]) };
    }
    case undefined:
      return undefined;
  }
}

function readPlace(value: unknown): { line: number; column: number } | undefined {
  if (!isRecord(value)) return undefined;
  const line = readInteger(value["line"], 1, LINE_LIMIT);
  const column = readInteger(value["column"], 1, LINE_LIMIT);
  return line === undefined || column === undefined ? undefined : { line, column };
}
