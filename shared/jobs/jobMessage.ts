// What peers say to one another about jobs. README.md of this folder is the written form of this file.
// A job is one execution on an agent; its id is the run's. The peer that asked is its requester.

import type { KernelId, PeerId, RoomId, RunId } from "../base/ids.ts";
import { kib, mib, ms, seconds, type Bytes, type Milliseconds } from "../base/units.ts";
import type { TraceParent } from "../base/traceParent.ts";
import type { AgentLabels } from "../ports/agentLabels.ts";
import type { CellProgram, KernelEnd } from "../ports/Kernel.ts";

/** First byte of every payload. A payload with another number is for other code and is ignored. */
export const JOB_PROTOCOL = 1;

/** Messages for one destination are sent at the latest when they are this large together. */
export const BATCH_LIMIT: Bytes = kib(32);
/** Payload of one chunk of output: with its envelope it fits a batch. */
export const CHUNK_LIMIT: Bytes = kib(24);
/** An offer with its programs. It is one MQTT message, and brokers of classes accept 256 KiB. */
export const OFFER_LIMIT: Bytes = kib(192);
/** Largest payload that is opened at all. */
export const PAYLOAD_LIMIT: Bytes = kib(256);
/** Everything one job sends. Kernels cut at OUTPUT_LIMIT, escapes may double it; behind this an agent is hostile. */
export const JOB_OUTPUT_LIMIT: Bytes = mib(24);

/** How long a cell may execute where the requester says nothing else. */
export const DEFAULT_TIME_LIMIT: Milliseconds = seconds(600);
/** Longest time limit an agent grants. */
export const LONGEST_TIME_LIMIT: Milliseconds = seconds(3600);
/** How long an offer may wait at the agent before it starts. */
export const DEFAULT_TTL: Milliseconds = seconds(600);
/** Devices whose jobs an agent takes, where it names them: a class, and each one's phone. */
export const ALLOW_LIMIT = 64;
/** An agent says this often which jobs it has. Three may be lost before a lease ends. */
export const HEARTBEAT: Milliseconds = ms(1_000);
/** UTF-16 units of what an execution asks, and of what a person answers: a line of text, or a pasted page. */
export const QUESTION_LIMIT = 2_000;
export const ANSWER_LIMIT = 32_768;
/** Classes of urgency: 0 is served first. What no one ranks, and what older code offers, is in the middle. */
export const LAST_PRIORITY = 9;
export const DEFAULT_PRIORITY = 5;

/** What an agent tells of itself; those who only ask for jobs show none of it. */
export interface AgentFacts {
  readonly languages: readonly string[];
  /** Executions at once. */
  readonly slots: number;
  readonly freeSlots: number;
  /** 3: process + operating-system sandbox; 2: process sandbox; 1: own code only. */
  readonly isolation: 1 | 2 | 3;
  /** It takes no more jobs and leaves when those that execute have ended. */
  readonly draining?: true;
  /** Its owner's words for it, and versions of what it runs: `meshbook`, `deno`, `python`. Older code says none. */
  readonly labels?: AgentLabels;
  readonly versions?: AgentLabels;
  /** Jobs that ended here within the last minute. Told every few seconds while there are any; older code tells none. */
  readonly recent?: number;
  /** The devices whose jobs it takes; undefined: those of the whole class. */
  readonly allow?: readonly PeerId[];
}

/** Retained under the sender's presence topic while it is connected. */
export interface PresenceMessage {
  readonly type: "presence";
  readonly name: string;
  readonly agent: AgentFacts | undefined;
  /** What is large comes to this peer slowly: it wants it in pieces (`link/pieces.ts`). */
  readonly pieces?: true;
}

/** In place of the presence: the connection broke (last will), or the peer left for good. */
export interface GoneMessage {
  readonly type: "gone";
  readonly final: boolean;
}

/** Renews the leases of the jobs it lists: those that wait or execute. `chunks` were made so far. */
export interface HeartbeatMessage {
  readonly type: "heartbeat";
  readonly jobs: readonly { readonly job: RunId; readonly chunks: number }[];
  /** What each requester that has jobs here may have here at a time; see `AckMessage`. Older code says none. */
  readonly credits?: readonly { readonly peer: PeerId; readonly credit: number }[] | undefined;
}

/** Asks for an execution. Repeating it changes nothing: the agent answers with what it knows of the job. */
export interface OfferMessage {
  readonly type: "offer";
  readonly job: RunId;
  /** 1 for the first try. A later try of the same job has a higher number. */
  readonly attempt: number;
  /** Rises when the right to offer this job moves to another peer; an agent obeys the highest it saw. */
  readonly fence: number;
  /** Milliseconds the offer may wait before it starts. Relative: clocks of peers are never compared. */
  readonly ttl: Milliseconds;
  /** Milliseconds the execution may take. */
  readonly limit: Milliseconds;
  /** 0 first, 9 last; within a class requesters take turns. It rises by one class for each 30 s waited. */
  readonly priority: number;
  /** Whose values the slot holds: one slot serves one notebook of one requester. */
  readonly notebook: RoomId;
  /** The kernel to execute in, named by the requester. */
  readonly kernel: KernelId;
  /** False: the requester counts on values of earlier jobs; without them the agent answers `kernel-lost`. */
  readonly fresh: boolean;
  /** Any kernel will do in which such jobs of this requester's notebook ended: it needs none of its values. */
  readonly anyKernel?: true | undefined;
  /** The span of the requester in which this is offered; the execution is a part of it. */
  readonly traceparent?: TraceParent | undefined;
  readonly program: CellProgram;
  readonly before: readonly CellProgram[];
}

/** The agent has the job. */
export interface AckMessage {
  readonly type: "ack";
  readonly job: RunId;
  readonly attempt: number;
  readonly state: "queued" | "running";
  /** How many jobs of this requester may wait or execute here at a time; undefined where older code says nothing. */
  readonly credit?: number | undefined;
}

/** The agent takes no more now, or gives back what had not started; offer again after `retry` milliseconds. */
export interface BusyMessage {
  readonly type: "busy";
  readonly job: RunId;
  readonly attempt?: number | undefined;
  readonly retry: Milliseconds;
  readonly credit?: number | undefined;
}

/** A piece of the job's output. Pieces up to and including one that is `last` are one item: a JSON array of outputs. */
export interface ChunkMessage {
  readonly type: "chunk";
  readonly job: RunId;
  readonly attempt: number;
  /** 0 for the first of the job. */
  readonly n: number;
  readonly last: boolean;
  readonly data: Uint8Array;
}

/** The job ended and made `chunks` chunks. Repeated until `rcv`. */
export interface DoneMessage {
  readonly type: "done";
  readonly job: RunId;
  readonly attempt: number;
  readonly chunks: number;
  readonly end: AgentEnd;
  /** The span in which it was executed; the offer's own where the agent records none. */
  readonly traceparent?: TraceParent | undefined;
  /** See `AckMessage`: an `ack` that waits to be sent is left out when this comes. */
  readonly credit?: number | undefined;
}

/**
 * The execution waits for a line of text from a person at the requester, who is asked once for each `question`. Repeated until
 * it is answered. `over`: that question, and those before it, are not open any more.
 */
export interface AskMessage {
  readonly type: "ask";
  readonly job: RunId;
  readonly attempt: number;
  /** 1 for the first of the attempt. */
  readonly question: number;
  readonly prompt: string;
  /** What is typed is not to be seen. */
  readonly secret: boolean;
  readonly over?: true | undefined;
}

/** Which try a message is about; undefined: the last one the agent knows. */
export interface OfAttempt {
  readonly job: RunId;
  readonly attempt?: number | undefined;
}

/** Everything of the job arrived and is safe with the requester; the agent forgets it. */
export interface RcvMessage extends OfAttempt {
  readonly type: "rcv";
}

/** Every chunk below `next` arrived: room for more. */
export interface GotMessage extends OfAttempt {
  readonly type: "got";
  readonly next: number;
}

/** Every chunk below `from` arrived: send from there, again if it was sent, and say what state the job is in. */
export interface NeedMessage extends OfAttempt {
  readonly type: "need";
  readonly from: number;
}

/** Stop the job, or never start it. Answered by `done`, whatever its state. */
export interface CancelMessage extends OfAttempt {
  readonly type: "cancel";
}

/** Give the job back if it has not started: answered by `done` (cancelled), or by `ack` if it has. */
export interface RecallMessage extends OfAttempt {
  readonly type: "recall";
}

/** What the person wrote. Without a text nobody answers: the execution is told so. Repeated when the question is. */
export interface AnswerMessage extends OfAttempt {
  readonly type: "answer";
  readonly question: number;
  readonly text?: string | undefined;
}

/** Answer to `need` for a job this agent does not have. */
export interface UnknownMessage extends OfAttempt {
  readonly type: "unknown";
}

/** The kernel's values are no longer wanted. Unanswered: an agent ends idle kernels by itself too. */
export interface ReleaseMessage {
  readonly type: "release";
  readonly kernel: KernelId;
}

/** The kernel ended while nothing executed in it, or with what did: its values are gone. Told once, unanswered. */
export interface LostMessage {
  readonly type: "lost";
  readonly kernel: KernelId;
}

/**
 * An error that nobody caught, of a job that has ended (a timer, a promise left alone): a JSON array of outputs, at most
 * `CHUNK_LIMIT`. The job is as it was. Told once, unanswered: whoever is not there does not hear of it.
 */
export interface LateMessage {
  readonly type: "late";
  readonly job: RunId;
  readonly data: Uint8Array;
}

/** Requester → agent. */
export type RequesterMessage =
  | OfferMessage
  | CancelMessage
  | RecallMessage
  | NeedMessage
  | GotMessage
  | RcvMessage
  | AnswerMessage
  | ReleaseMessage;
/** Agent → requester, about one job. */
export type AgentMessage = AckMessage | BusyMessage | ChunkMessage | AskMessage | DoneMessage | UnknownMessage;
/** Everything that travels in an inbox. */
export type InboxMessage = RequesterMessage | AgentMessage | LostMessage | LateMessage;
export type JobMessage = InboxMessage | PresenceMessage | GoneMessage | HeartbeatMessage;

const AGENT_TYPES: ReadonlySet<string> = new Set<AgentMessage["type"]>([
  "ack",
  "busy",
  "chunk",
  "ask",
  "done",
  "unknown",
]);

export function isAgentMessage(message: InboxMessage): message is AgentMessage {
  return AGENT_TYPES.has(message.type);
}

/** Why a job gave no end of its own. All but `kernel-lost` say that nothing of it was executed. */
export const JOB_FAILURES = ["kernel-lost", "expired", "too-large", "agent-absent", "no-answer", "failed"] as const;
export type JobFailure = (typeof JOB_FAILURES)[number];

/** How a job ended, as its agent tells. */
export type AgentEnd =
  /** It executed; a mistake of the user is part of `end`. */
  | { readonly status: "executed"; readonly end: KernelEnd }
  /** It never started. */
  | { readonly status: "cancelled" }
  /** The message is for people. `again`: what failed was not the job, as far as its agent can tell; elsewhere it may go. */
  | { readonly status: "failed"; readonly code: JobFailure; readonly message: string; readonly again?: true };

/** How a job ended for its requester. */
export type JobEnd =
  | AgentEnd
  /** The agent vanished, restarted, fell silent or does not know the job. What it did of it is unknown. */
  | { readonly status: "interrupted"; readonly message: string };
