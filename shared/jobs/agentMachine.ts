// Decides for a peer that executes jobs of others.
// 1. A job is started at most once in a life of this agent, however often it is offered.
// 2. At most `slots` jobs execute, and at most one per kernel of a requester; the others wait in the order they came.
// 3. What is known of a job is only told to the peer that offered it.
// 4. Once a job ended, its end and its output never change; both are kept and told until `rcv`, or until they are too
//    old or too much together.
// 5. A requester that is not here is sent nothing; when it comes back it is told at once what ended meanwhile.
// 6. Cancel always leads to `done`, also for a job whose offer is still on its way.
// Fairness between requesters and credits belong into `agentQueue.ts` and into what `busy` says.

import type { PeerId, RunId } from "../base/ids.ts";
import { seconds, type Milliseconds } from "../base/units.ts";
import {
  acceptOffer,
  addItem,
  finishJob,
  noteGot,
  pump,
  refuseUnseen,
  rewind,
  sayDone,
  sayState,
  type AgentJob,
  type AgentJobStep,
} from "./agentJob.ts";
import type {
  AgentEnd,
  AgentMessage,
  HeartbeatMessage,
  InboxMessage,
  OfferMessage,
  RequesterMessage,
} from "./jobMessage.ts";
import { heldJobs, isFull, nextTime, nextToStart, overdue, runningJobs } from "./agentQueue.ts";

const BUSY_RETRY: Milliseconds = seconds(1);
/** Jobs acknowledged by `rcv` that are remembered, so that a late copy of their offer starts nothing. */
const SETTLED_LIMIT = 1_024;

/** A job's name at the agent: two requesters may choose the same id. */
export type JobKey = `${PeerId} ${RunId}`;
export const jobKey = (from: PeerId, job: RunId): JobKey => `${from} ${job}`;

export interface AgentState {
  readonly slots: number;
  /** In the order their offers came. */
  readonly jobs: ReadonlyMap<JobKey, AgentJob>;
  readonly settled: readonly JobKey[];
  /** Requesters that are here now. */
  readonly here: ReadonlySet<PeerId>;
}

export type AgentEvent = { readonly at: Milliseconds } & (
  | { readonly type: "message-received"; readonly from: PeerId; readonly message: JobRequest }
  | { readonly type: "requester-seen"; readonly requester: PeerId }
  | { readonly type: "requester-gone"; readonly requester: PeerId }
  | { readonly type: "output-made"; readonly key: JobKey; readonly item: Uint8Array }
  | { readonly type: "execution-ended"; readonly key: JobKey; readonly end: AgentEnd }
  | { readonly type: "time-passed" }
);

/** Messages about one job. */
export type JobRequest = Exclude<RequesterMessage, { readonly type: "release" }>;

export function isJobRequest(message: InboxMessage): message is JobRequest {
  const { type } = message;
  return type === "offer" || type === "cancel" || type === "need" || type === "got" || type === "rcv";
}

export type AgentEffect =
  | { readonly type: "send"; readonly to: PeerId; readonly message: AgentMessage }
  | { readonly type: "start-execution"; readonly key: JobKey; readonly from: PeerId; readonly offer: OfferMessage }
  /** Stop it; it answers with `execution-ended` like any other. */
  | { readonly type: "stop-execution"; readonly key: JobKey };

export interface AgentStep {
  readonly state: AgentState;
  readonly effects: readonly AgentEffect[];
}

export function createAgent(slots: number): AgentState {
  return { slots, jobs: new Map(), settled: [], here: new Set() };
}

/** Pure. A message about a job that is not known changes nothing, except for offers and cancels. */
export function stepAgent(state: AgentState, event: AgentEvent): AgentStep {
  switch (event.type) {
    case "message-received":
      return hear(state, event.from, event.message, event.at);
    case "requester-seen":
      return meet(state, event.requester, event.at);
    case "requester-gone": {
      const here = new Set(state.here);
      here.delete(event.requester);
      return { state: { ...state, here }, effects: [] };
    }
    case "output-made":
      return changeJob(state, event.key, (job) => {
        // What is said after the end belongs to no job any more.
        return job.stage.name === "finished" ? same(job) : pumpHere(state, addItem(job, event.item), event.at);
      });
    case "execution-ended":
      return end(state, event.key, event.end, event.at);
    case "time-passed":
      return passTime(state, event.at);
  }
}

export function freeSlots(state: AgentState): number {
  return Math.max(0, state.slots - runningJobs(state.jobs).length);
}

/** What to put into a heartbeat. */
export function heartbeatOf(state: AgentState): HeartbeatMessage {
  return { type: "heartbeat", jobs: heldJobs(state.jobs) };
}

/** When `time-passed` is due; undefined if only events can change anything. */
export function nextAgentTime(state: AgentState): Milliseconds | undefined {
  return nextTime(state.jobs, state.here);
}

function hear(before: AgentState, from: PeerId, message: JobRequest, at: Milliseconds): AgentStep {
  // Whoever speaks is here, even if its last will was published by a connection it had before.
  const state = before.here.has(from) ? before : { ...before, here: new Set(before.here).add(from) };
  const key = jobKey(from, message.job);
  const job = state.jobs.get(key);
  if (job === undefined) return hearUnknown(state, from, message, at);
  switch (message.type) {
    case "offer":
      if (message.fence < job.fence) return { state, effects: [] };
      return changeJob(state, key, () => sayState({ ...job, fence: message.fence }, at));
    case "cancel":
      return cancel(state, job, at);
    case "got":
      return changeJob(state, key, () => pump(noteGot(job, message.next, at), at));
    case "need":
      return changeJob(state, key, () => answerNeed(job, message.from, at));
    case "rcv":
      return job.stage.name === "finished" ? settle(state, key) : { state, effects: [] };
  }
}

function hearUnknown(state: AgentState, from: PeerId, message: JobRequest, at: Milliseconds): AgentStep {
  const key = jobKey(from, message.job);
  const settled = state.settled.includes(key);
  if (message.type === "need") return { state, effects: [toPeer(from, { type: "unknown", job: message.job })] };
  if (settled) return { state, effects: [] };
  if (message.type === "cancel") return addFinished(state, refuseUnseen(from, message.job, at), at);
  if (message.type !== "offer") return { state, effects: [] };
  if (isFull(state.jobs, from)) {
    return { state, effects: [toPeer(from, { type: "busy", job: message.job, retry: BUSY_RETRY })] };
  }
  const added = { ...state, jobs: new Map(state.jobs).set(key, acceptOffer(from, message, at)) };
  const started = startNext(added);
  const told = changeJob(started.state, key, (job) => sayState(job, at));
  return { state: told.state, effects: [...started.effects, ...told.effects] };
}

function answerNeed(job: AgentJob, from: number, at: Milliseconds): AgentJobStep {
  const pumped = pump(rewind(job, from), at);
  if (pumped.messages.length > 0) return pumped;
  return sayState(pumped.job, at);
}

function cancel(state: AgentState, job: AgentJob, at: Milliseconds): AgentStep {
  const key = jobKey(job.from, job.job);
  switch (job.stage.name) {
    case "queued":
      return end(state, key, { status: "cancelled" }, at);
    case "finished":
      return changeJob(state, key, () => sayDone(job, at));
    case "running": {
      if (job.stage.stopping) return { state, effects: [] };
      const stopping = { ...job, stage: { ...job.stage, stopping: true } };
      return { state: withJob(state, stopping), effects: [{ type: "stop-execution", key }] };
    }
  }
}

function end(state: AgentState, key: JobKey, how: AgentEnd, at: Milliseconds): AgentStep {
  const job = state.jobs.get(key);
  if (job === undefined || job.stage.name === "finished") return { state, effects: [] };
  const ended = addFinished(state, finishJob(job, how, at), at);
  const started = startNext(ended.state);
  return { state: started.state, effects: [...ended.effects, ...started.effects] };
}

function addFinished(state: AgentState, job: AgentJob, at: Milliseconds): AgentStep {
  const step = pumpHere(state, job, at);
  const kept = trimOutbox(withJob(state, step.job), at);
  return { state: kept, effects: step.messages.map((message) => toPeer(job.from, message)) };
}

function meet(before: AgentState, requester: PeerId, at: Milliseconds): AgentStep {
  const state = { ...before, here: new Set(before.here).add(requester) };
  return changeJobs(state, (job) => {
    return job.from === requester && job.stage.name === "finished" ? sayDone({ ...job, dones: 0 }, at) : same(job);
  });
}

function passTime(state: AgentState, at: Milliseconds): AgentStep {
  const expired = [...state.jobs.values()].filter(({ stage }) => stage.name === "queued" && at >= stage.until);
  let step: AgentStep = { state: trimOutbox(state, at), effects: [] };
  for (const job of expired) {
    const message = "it waited too long for a free slot";
    const next = end(step.state, jobKey(job.from, job.job), { status: "failed", code: "expired", message }, at);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  const told = changeJobs(step.state, (job) => {
    const due = job.stage.name === "finished" && at >= job.nextDone && step.state.here.has(job.from);
    return due ? sayDone(job, at) : same(job);
  });
  return { state: told.state, effects: [...step.effects, ...told.effects] };
}

/** Starts what may start. The order of the map is the order of the offers. */
function startNext(before: AgentState): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (;;) {
    const job = nextToStart(state.jobs, state.slots);
    if (job?.stage.name !== "queued") return { state, effects };
    const { offer } = job.stage;
    effects.push({ type: "start-execution", key: jobKey(job.from, job.job), from: job.from, offer });
    state = withJob(state, { ...job, stage: { name: "running", kernel: offer.kernel, stopping: false } });
  }
}

function trimOutbox(state: AgentState, at: Milliseconds): AgentState {
  const dropped = overdue(state.jobs, at);
  if (dropped.length === 0) return state;
  const jobs = new Map(state.jobs);
  for (const { from, job } of dropped) jobs.delete(jobKey(from, job));
  return { ...state, jobs };
}

function settle(state: AgentState, key: JobKey): AgentStep {
  const jobs = new Map(state.jobs);
  jobs.delete(key);
  return { state: { ...state, jobs, settled: [...state.settled, key].slice(-SETTLED_LIMIT) }, effects: [] };
}

function pumpHere(state: AgentState, job: AgentJob, at: Milliseconds): AgentJobStep {
  return state.here.has(job.from) ? pump(job, at) : same(job);
}

const same = (job: AgentJob): AgentJobStep => ({ job, messages: [] });
const toPeer = (to: PeerId, message: AgentMessage): AgentEffect => ({ type: "send", to, message });

function withJob(state: AgentState, job: AgentJob): AgentState {
  return { ...state, jobs: new Map(state.jobs).set(jobKey(job.from, job.job), job) };
}

function changeJob(state: AgentState, key: JobKey, change: (job: AgentJob) => AgentJobStep): AgentStep {
  const job = state.jobs.get(key);
  if (job === undefined) return { state, effects: [] };
  const step = change(job);
  const next = step.job === job ? state : withJob(state, step.job);
  return { state: next, effects: step.messages.map((message) => toPeer(job.from, message)) };
}

function changeJobs(before: AgentState, change: (job: AgentJob) => AgentJobStep): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (const key of before.jobs.keys()) {
    const step = changeJob(state, key, change);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
