// Decides for a peer that executes jobs of others.
// 1. An attempt of a job is started at most once in a life of this agent, however often it is offered. A later attempt
//    replaces those before it: what runs of them is stopped, what is known of them forgotten; none comes after it.
// 2. At most `slots` jobs execute, and at most one per kernel of a requester. Of those that wait, the most urgent class
//    starts first; within it requesters take turns (agentShares.ts); of one requester, the job that came first.
// 3. What is known of a job is only told to the peer that offered it.
// 4. Once a job ended, its end and its output never change; both are kept and told until `rcv`, or until they are too
//    old or too much together.
// 5. A requester that is not here is sent nothing; when it comes back it is told at once what ended meanwhile.
// 6. Cancel always leads to `done`, also for a job whose offer is still on its way. So does recall, unless it started.
// 7. What ended is kept for a later life of this agent until it is confirmed; that life tells it as this one would.
// 8. An agent that drains starts nothing more. What had not started is given back; whoever offers is told to ask later.
// 9. A question of an execution is asked until it is answered by its requester, or given up: after a while, and soon after
//    its requester left. Either way the execution hears of it once.
// 10. Jobs that were given to a slot ahead of their turn (agentAhead.ts) execute there in that order, one at a time; when
//     one ends the next is taken to execute. One that did not begin comes back, and waits as if it had not been given.
// 11. Whoever is told that a job was taken or refused is told its window: how many jobs it may have here.

import type { PeerId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import {
  acceptOffer,
  addItem,
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
  HeartbeatMessage,
  InboxMessage,
  OfAttempt,
  OfferMessage,
  RequesterMessage,
} from "./jobMessage.ts";
import { answer, ask, giveUpQuestions, noteAskers } from "./agentQuestions.ts";
import { noteAsker, sayQuestion } from "./openQuestion.ts";
import { addFinished, BUSY_RETRY, endJob, takeBack } from "./agentEnds.ts";
import { AgentJobs } from "./AgentJobs.ts";
import { heldJobs, isFull, nextTime } from "./agentQueue.ts";
import { admit, windowOf } from "./agentShares.ts";
import {
  beginAnew,
  changeJob,
  changeJobs,
  isAhead,
  pumpHere,
  replaceAll,
  same,
  settle,
  startNext,
  toPeer,
  trimOutbox,
  withJob,
  type AgentEffect,
  type AgentState,
  type AgentStep,
} from "./agentState.ts";
import { jobKey, type JobKey } from "./jobKey.ts";

export type AgentEvent = { readonly at: Milliseconds } & (
  | { readonly type: "message-received"; readonly from: PeerId; readonly message: JobRequest }
  | { readonly type: "requester-seen"; readonly requester: PeerId }
  | { readonly type: "requester-gone"; readonly requester: PeerId }
  | { readonly type: "output-made"; readonly key: JobKey; readonly item: Uint8Array }
  /** The execution waits for a line of text. */
  | { readonly type: "asked"; readonly key: JobKey; readonly prompt: string; readonly secret: boolean }
  /** Its kernel had to be started first: what it executes begins now. */
  | { readonly type: "kernel-started"; readonly key: JobKey }
  | { readonly type: "execution-ended"; readonly key: JobKey; readonly end: AgentEnd }
  /** It was given to a slot ahead of its turn, and did not begin. */
  | { readonly type: "execution-returned"; readonly key: JobKey }
  | { readonly type: "time-passed" }
  | { readonly type: "drain-began" }
  /** What an earlier life left has been read. */
  | { readonly type: "restored"; readonly jobs: readonly AgentJob[] }
);

/** Messages about one job. */
export type JobRequest = Exclude<RequesterMessage, { readonly type: "release" }>;

const JOB_REQUESTS: ReadonlySet<string> = new Set<JobRequest["type"]>([
  ...(["offer", "cancel", "recall", "need", "got", "rcv", "answer"] as const),
]);

export function isJobRequest(message: InboxMessage): message is JobRequest {
  return JOB_REQUESTS.has(message.type);
}

/** Pure. A message about a job that is not known changes nothing, except for offers and cancels. */
export function stepAgent(before: AgentState, event: AgentEvent): AgentStep {
  const { state, effects } = decide(before, event);
  return { state, effects: effects.map((effect) => (effect.type === "send" ? withCredit(state, effect) : effect)) };
}

function decide(state: AgentState, event: AgentEvent): AgentStep {
  switch (event.type) {
    case "message-received":
      return hear(state, event.from, event.message, event.at);
    case "requester-seen":
      return meet(state, event.requester, event.at);
    case "requester-gone": {
      const here = new Set(state.here);
      here.delete(event.requester);
      return noteAskers({ ...state, here }, event.requester, event.at);
    }
    case "output-made":
      return changeJob(state, event.key, (job) => {
        // What is said after the end belongs to no job any more.
        return job.stage.name === "finished" ? same(job) : pumpHere(state, addItem(job, event.item), event.at);
      });
    case "asked":
      return changeJob(state, event.key, (job) => ask(job, event, { at: event.at, here: state.here.has(job.from) }));
    case "kernel-started":
      return beginAnew(state, event.key, event.at);
    case "execution-ended":
      return endJob(state, event.key, event.end, event.at);
    case "execution-returned":
      return takeBack(state, event.key, event.at);
    case "time-passed":
      return passTime(state, event.at);
    case "drain-began":
      return drain(state);
    case "restored":
      return restore(state, event.jobs, event.at);
  }
}

export function freeSlots(state: AgentState): number {
  return state.draining ? 0 : Math.max(0, state.slots - state.jobs.countIn("running"));
}

/** What to put into a heartbeat. */
export function heartbeatOf(state: AgentState): HeartbeatMessage {
  const credits = state.jobs.requesters.map((peer) => ({ peer, credit: creditOf(state, peer) }));
  return { type: "heartbeat", jobs: heldJobs(state.jobs), credits };
}

function withCredit(state: AgentState, effect: AgentEffect & { type: "send" }): AgentEffect {
  const { to, message } = effect;
  if (message.type !== "ack" && message.type !== "busy" && message.type !== "done") return effect;
  return { ...effect, message: { ...message, credit: creditOf(state, to) } };
}

const creditOf = ({ shares, slots, jobs }: AgentState, to: PeerId): number =>
  windowOf(shares, to, { slots, active: jobs.requesterCount + (jobs.countOf(to) > 0 ? 0 : 1) });

/** When `time-passed` is due at the latest; undefined if only events can change anything. */
export function nextAgentTime({ wake }: AgentState): Milliseconds | undefined {
  return wake === Infinity ? undefined : ms(wake);
}

function hear(before: AgentState, from: PeerId, message: JobRequest, at: Milliseconds): AgentStep {
  // Whoever speaks is here, even if its last will was published by a connection it had before.
  const back = { here: new Set(before.here).add(from), wake: at };
  const state = before.here.has(from) ? before : { ...before, ...back };
  const job = findJob(state, from, message);
  if (job === undefined) return hearUnknown(state, from, message, at);
  const key = job.key;
  switch (message.type) {
    case "offer":
      if (message.fence < job.fence) return { state, effects: [] };
      return changeJob(state, key, () => sayState({ ...job, fence: message.fence }, at));
    case "cancel":
      return cancel(state, job, at);
    case "recall":
      if (job.stage.name === "queued" && !isAhead(job)) return cancel(state, job, at);
      return changeJob(state, key, () => sayState(job, at, "running"));
    case "got":
      return changeJob(state, key, () => pump(noteGot(job, message.next, at), at));
    case "need":
      return changeJob(state, key, () => answerNeed(job, message.from, at));
    case "answer":
      return answer(state, job, message);
    case "rcv":
      return job.stage.name === "finished" ? settle(state, job) : { state, effects: [] };
  }
}

function findJob(state: AgentState, from: PeerId, { job, attempt }: OfAttempt): AgentJob | undefined {
  if (attempt !== undefined) return state.jobs.get(jobKey(from, job, attempt));
  return state.jobs.attemptsOf(from, job).at(-1);
}

function hearUnknown(state: AgentState, from: PeerId, message: JobRequest, at: Milliseconds): AgentStep {
  const { type, job, attempt } = message;
  // It is asked again in a moment.
  if (state.loading && type !== "offer") return { state, effects: [] };
  if (type === "need") return { state, effects: [toPeer(from, { type: "unknown", job, attempt })] };
  const last = state.settled.get(`${from} ${job}`) ?? 0;
  if ((attempt ?? 1) <= last) return { state, effects: [] };
  if (type === "cancel" || type === "recall") return addFinished(state, refuseUnseen(from, message, at), at);
  return type === "offer" ? hearOffer(state, from, message, at) : { state, effects: [] };
}

function hearOffer(state: AgentState, from: PeerId, offer: OfferMessage, at: Milliseconds): AgentStep {
  const { job, attempt } = offer;
  const earlier = state.jobs.attemptsOf(from, job);
  if (earlier.some((one) => one.attempt > attempt || one.fence > offer.fence)) return { state, effects: [] };
  const replaced = replaceAll(state, earlier);
  if (state.draining || isFull(replaced.state.jobs, from)) {
    return {
      ...replaced,
      effects: [...replaced.effects, toPeer(from, { type: "busy", job, attempt, retry: BUSY_RETRY })],
    };
  }
  const shares = admit(replaced.state.shares, from, replaced.state.jobs.hasWaiting(from), at);
  const added = withJob({ ...replaced.state, shares }, acceptOffer(from, offer, at));
  const key = jobKey(from, job, attempt);
  const started = startNext(added, at, key);
  const told = changeJob(started.state, key, (one) => sayState(one, at));
  return { state: told.state, effects: [...replaced.effects, ...started.effects, ...told.effects] };
}

function answerNeed(job: AgentJob, from: number, at: Milliseconds): AgentJobStep {
  const pumped = pump(rewind(job, from), at);
  const told = pumped.messages.length > 0 ? pumped : sayState(pumped.job, at);
  // Whoever needs it may be in a new life, which has not heard of the question.
  const asked = sayQuestion(told.job, at);
  return { job: asked.job, messages: [...told.messages, ...asked.messages] };
}

function cancel(state: AgentState, job: AgentJob, at: Milliseconds): AgentStep {
  const key = job.key;
  switch (job.stage.name) {
    case "queued": {
      if (!isAhead(job)) return endJob(state, key, { status: "cancelled" }, at);
      const withdrawn = { ...job, stage: { ...job.stage, stopping: true } };
      return { state: withJob(state, withdrawn), effects: [{ type: "stop-execution", key }] };
    }
    case "finished":
      return changeJob(state, key, () => sayDone(job, at));
    case "running": {
      if (job.stage.stopping) return { state, effects: [] };
      const stopping = { ...job, stage: { ...job.stage, stopping: true } };
      return { state: withJob(state, stopping), effects: [{ type: "stop-execution", key }] };
    }
  }
}

function restore(before: AgentState, jobs: readonly AgentJob[], at: Milliseconds): AgentStep {
  const known = new Map(jobs.map((job) => [job.key, job]));
  const trimmed = trimOutbox(
    { ...before, loading: false, jobs: AgentJobs.of([...jobs, ...before.jobs.values()]), wake: at },
    at,
  );
  const told = changeJobs(trimmed.state, (job) => {
    return known.get(job.key) === job ? pumpHere(trimmed.state, job, at) : same(job);
  });
  return { state: told.state, effects: [...trimmed.effects, ...told.effects] };
}

function drain(state: AgentState): AgentStep {
  let { jobs } = state;
  const effects: AgentEffect[] = [];
  for (const one of state.jobs.in("ahead")) effects.push({ type: "stop-execution", key: one.key });
  for (const one of state.jobs.in("waiting")) {
    const { from, job, attempt } = one;
    jobs = jobs.without(one.key);
    effects.push(toPeer(from, { type: "busy", job, attempt, retry: BUSY_RETRY }));
  }
  return { state: { ...state, jobs, draining: true }, effects };
}

function meet(before: AgentState, requester: PeerId, at: Milliseconds): AgentStep {
  const state = { ...before, here: new Set(before.here).add(requester) };
  return changeJobs(state, (job) => {
    if (job.from !== requester) return same(job);
    if (job.stage.name === "finished") return sayDone({ ...job, dones: 0 }, at);
    return sayQuestion(noteAsker(job, true, at), at);
  });
}

function passTime(state: AgentState, at: Milliseconds): AgentStep {
  const expired = state.jobs.in("waiting").filter(({ stage }) => stage.name === "queued" && at >= stage.until);
  const trimmed = trimOutbox(state, at);
  const asked = giveUpQuestions(trimmed.state, at);
  let step: AgentStep = { state: asked.state, effects: [...trimmed.effects, ...asked.effects] };
  for (const job of expired) {
    const message = "it waited too long for a free slot";
    const next = endJob(step.state, job.key, { status: "failed", code: "expired", message }, at);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  const told = changeJobs(step.state, (job) => {
    const { question } = job;
    const askedAgain = question !== undefined && at >= question.nextAsk && step.state.here.has(job.from);
    if (askedAgain) return sayQuestion(job, at);
    const due = job.stage.name === "finished" && at >= job.nextDone && step.state.here.has(job.from);
    return due ? sayDone(job, at) : same(job);
  });
  const wake = nextTime(told.state.jobs, told.state.here) ?? Infinity;
  return { state: { ...told.state, wake }, effects: [...step.effects, ...told.effects] };
}
