// One job as its agent sees it. See agentMachine.ts for the rules.

import type { CellId, PeerId, RoomId, RunId } from "../base/ids.ts";
import { ms, seconds, type Milliseconds } from "../base/units.ts";
import { jobKey, kernelKey, type JobKey, type KernelKey } from "./jobKey.ts";
import type { AgentEnd, AgentMessage, OfAttempt, OfferMessage } from "./jobMessage.ts";
import { cutItem, SEND_WINDOW, type Chunk } from "./outputLog.ts";

/** First repetition of an unanswered `done`; each further one waits twice as long. */
const DONE_REPEAT: Milliseconds = ms(500);
const DONE_REPEAT_LONGEST: Milliseconds = seconds(30);

export type AgentStage =
  | {
      readonly name: "queued";
      readonly offer: OfferMessage;
      readonly kernel: KernelKey;
      readonly since: Milliseconds;
      readonly until: Milliseconds;
      /** `ahead`: to a slot, to execute when what executes there has ended. `returned`: it came back, and waits its turn. */
      readonly given: "no" | "ahead" | "returned";
      /** It is to be taken back from the slot. */
      readonly stopping: boolean;
    }
  | {
      readonly name: "running";
      readonly kernel: KernelKey;
      /** Jobs that need no values of a kernel may execute behind it, if they are of this notebook. */
      readonly shared: RoomId | undefined;
      /** What is given to its slot ahead of its turn is known by the first that executed there since the slot was idle. */
      readonly lane: JobKey;
      /** How it waited, if it was given to the slot ahead of its turn: it may still come back. */
      readonly waited: (AgentStage & { readonly name: "queued" }) | undefined;
      readonly since: Milliseconds;
      /** What its requester's share was charged for it. */
      readonly cost: Milliseconds;
      readonly stopping: boolean;
      /** A later attempt is here: nobody waits for the end of this one. */
      readonly replaced: boolean;
    }
  | { readonly name: "finished"; readonly end: AgentEnd; readonly since: Milliseconds };

export interface AgentJob {
  readonly key: JobKey;
  readonly from: PeerId;
  readonly job: RunId;
  readonly attempt: number;
  readonly fence: number;
  readonly stage: AgentStage;
  /** Of what cell it is, and how long it executed; undefined for one whose offer was never seen. */
  readonly about: { readonly notebook: RoomId; readonly cell: CellId; readonly took: Milliseconds } | undefined;
  /** Everything the job printed and showed, until the requester has it. */
  readonly chunks: readonly Chunk[];
  readonly size: number;
  /** Chunks sent at least once. */
  readonly sent: number;
  /** Chunks the requester has. */
  readonly got: number;
  /** When to say `done` again, and how often it was said. */
  readonly nextDone: Milliseconds;
  readonly dones: number;
  /** How often it asked a person, and what waits for an answer. */
  readonly asked?: number;
  readonly question?: OpenQuestion | undefined;
}

/** Of an execution to a person; see openQuestion.ts. */
export interface OpenQuestion {
  /** 1 for the first of the attempt. */
  readonly number: number;
  readonly prompt: string;
  readonly secret: boolean;
  readonly until: Milliseconds;
  readonly nextAsk: Milliseconds;
  /** Set while the requester is away: when it is given up. */
  readonly leaveAt: Milliseconds | undefined;
}

export interface AgentJobStep {
  readonly job: AgentJob;
  readonly messages: readonly AgentMessage[];
}

export function acceptOffer(from: PeerId, offer: OfferMessage, at: Milliseconds): AgentJob {
  const { job, attempt, fence, ttl } = offer;
  const kernel = kernelKey(from, offer.kernel);
  const until = ms(at + ttl);
  const stage: AgentStage = { name: "queued", offer, kernel, since: at, until, given: "no", stopping: false };
  const about = { notebook: offer.notebook, cell: offer.program.cell, took: ms(0) };
  return blank({ from, job, attempt, fence, stage, about }, at);
}

/** A job that must not start when its offer comes after all. */
export function refuseUnseen(from: PeerId, { job, attempt = 1 }: OfAttempt, at: Milliseconds): AgentJob {
  const stage: AgentStage = { name: "finished", end: { status: "cancelled" }, since: at };
  return blank({ from, job, attempt, fence: 0, stage, about: undefined }, at);
}

type Known = Pick<AgentJob, "from" | "job" | "attempt" | "fence" | "stage" | "about">;

function blank({ from, job, attempt, fence, stage, about }: Known, at: Milliseconds): AgentJob {
  const key = jobKey(from, job, attempt);
  const none = { chunks: [], size: 0, sent: 0, got: 0, nextDone: at, dones: 0, question: undefined };
  return { key, from, job, attempt, fence, stage, about, ...none };
}

/** Adds an item to the log. */
export function addItem(job: AgentJob, item: Uint8Array): AgentJob {
  return { ...job, chunks: [...job.chunks, ...cutItem(item)], size: job.size + item.byteLength };
}

export function finishJob(job: AgentJob, end: AgentEnd, at: Milliseconds): AgentJob {
  const took = job.stage.name === "running" ? ms(at - job.stage.since) : ms(0);
  const about = job.about && { ...job.about, took };
  const stage: AgentStage = { name: "finished", end, since: at };
  return { ...job, about, stage, nextDone: at, dones: 0, question: undefined };
}

/** Sends what the window allows; then, if the job ended and all is sent, says so for the first time. */
export function pump(job: AgentJob, at: Milliseconds): AgentJobStep {
  const until = Math.min(job.chunks.length, job.got + SEND_WINDOW);
  const messages: AgentMessage[] = [];
  for (let n = job.sent; n < until; n++) {
    const chunk = job.chunks[n];
    if (chunk !== undefined) messages.push({ type: "chunk", job: job.job, attempt: job.attempt, n, ...chunk });
  }
  const pumped = { ...job, sent: Math.max(job.sent, until) };
  if (job.stage.name !== "finished" || job.dones > 0 || pumped.sent < job.chunks.length) {
    return { job: pumped, messages };
  }
  const done = sayDone(pumped, at);
  return { job: done.job, messages: [...messages, ...done.messages] };
}

/** Says how the job ended, and when it will be said again. */
export function sayDone(job: AgentJob, at: Milliseconds): AgentJobStep {
  if (job.stage.name !== "finished") return { job, messages: [] };
  const wait = Math.min(DONE_REPEAT * 2 ** Math.min(job.dones, 16), DONE_REPEAT_LONGEST);
  const { attempt, chunks, stage } = job;
  return {
    job: { ...job, dones: job.dones + 1, nextDone: ms(at + wait) },
    messages: [{ type: "done", job: job.job, attempt, chunks: chunks.length, end: stage.end }],
  };
}

/** What the agent knows of the job: the answer to a repeated offer, and to a probe. `as`: what counts as executing. */
export function sayState(job: AgentJob, at: Milliseconds, as?: "running"): AgentJobStep {
  if (job.stage.name === "finished") return sayDone(job, at);
  return { job, messages: [{ type: "ack", job: job.job, attempt: job.attempt, state: as ?? job.stage.name }] };
}

/** The requester has every chunk below `next`. */
export function noteGot(job: AgentJob, next: number, at: Milliseconds): AgentJob {
  const got = Math.max(job.got, Math.min(next, job.chunks.length));
  // Progress: the end need not be repeated while the rest is on its way.
  return { ...job, got, nextDone: ms(at + DONE_REPEAT), sent: Math.max(job.sent, got) };
}

/** The requester, perhaps in a new life, has every chunk below `from` and none after it. */
export function rewind(job: AgentJob, from: number): AgentJob {
  const got = Math.min(from, job.chunks.length);
  return { ...job, got, sent: got, dones: 0 };
}
