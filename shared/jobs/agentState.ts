// What an agent knows, and the steps that its decisions are made of. See agentMachine.ts for the rules.

import type { PeerId, RunId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import { VersionedMap } from "../base/VersionedMap.ts";
import { createLanes, laneWith, nextGift, nextIn, noteTime, removeFrom, type Lanes } from "./agentAhead.ts";
import { pump, type AgentJob, type AgentJobStep, type AgentStage } from "./agentJob.ts";
import { AgentJobs } from "./AgentJobs.ts";
import { mayStart, overdue, timeOf } from "./agentQueue.ts";
import { chargeStart, createShares, settleTurn, takeTurn, type Shares } from "./agentShares.ts";
import { jobKey, type JobKey } from "./jobKey.ts";
import type { AgentMessage, OfferMessage } from "./jobMessage.ts";

/** Jobs acknowledged by `rcv` that are remembered, so that a late copy of their offer starts nothing. */
const SETTLED_LIMIT = 1_024;

export interface AgentState {
  readonly slots: number;
  readonly jobs: AgentJobs;
  /** Slots, and what they were given ahead of its turn; undefined where that cannot be. */
  readonly lanes: Lanes | undefined;
  /** By requester and job, the last attempt of which everything was told; the newest last. */
  readonly settled: VersionedMap<`${PeerId} ${RunId}`, number>;
  readonly shares: Shares;
  /** Requesters that are here now. */
  readonly here: ReadonlySet<PeerId>;
  /** What an earlier life left is still being read: until it is, nobody is told that a job is not known. */
  readonly loading: boolean;
  /** It takes no more jobs: it will leave. */
  readonly draining: boolean;
  /** Nothing is due before. */
  readonly wake: number;
}

export type AgentEffect =
  | { readonly type: "send"; readonly to: PeerId; readonly message: AgentMessage }
  | { readonly type: "start-execution"; readonly key: JobKey; readonly from: PeerId; readonly offer: OfferMessage }
  /** To the slot of a lane, ahead of its turn. It ends like any other, or is answered with `execution-returned`. */
  | {
      readonly type: "give-ahead";
      readonly key: JobKey;
      readonly from: PeerId;
      readonly offer: OfferMessage;
      readonly lane: JobKey;
    }
  /** Stop it; it is answered with `execution-ended`, or, if it was given ahead, with `execution-returned`. */
  | { readonly type: "stop-execution"; readonly key: JobKey }
  /** What the execution asked is answered; without a text it is told why it has no answer, for people. */
  | { readonly type: "answer-question"; readonly key: JobKey; readonly text: string | undefined; readonly why: string }
  /** It ended and is not confirmed: a later life must know. */
  | { readonly type: "keep-end"; readonly key: JobKey }
  /** Nobody waits for it any more. */
  | { readonly type: "forget-end"; readonly key: JobKey };

export interface AgentStep {
  readonly state: AgentState;
  readonly effects: readonly AgentEffect[];
}

/** `ahead`: its slots can be given jobs ahead of their turn. */
export function createAgent(slots: number, shares: Shares = createShares(), ahead = false): AgentState {
  const empty = { jobs: AgentJobs.of(), settled: VersionedMap.of<`${PeerId} ${RunId}`, number>() };
  const lanes = ahead ? createLanes() : undefined;
  return { slots, ...empty, lanes, shares, here: new Set(), loading: false, draining: false, wake: Infinity };
}

/** A later attempt is here: these are of no use any more. */
export function replaceAll(before: AgentState, attempts: readonly AgentJob[]): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (const job of attempts) {
    if (job.stage.name !== "running") {
      if (isAhead(job)) effects.push({ type: "stop-execution", key: job.key });
      const settled = settle(state, job);
      state = settled.state;
      effects.push(...settled.effects);
      continue;
    }
    if (!job.stage.stopping) effects.push({ type: "stop-execution", key: job.key });
    state = withJob(state, { ...job, stage: { ...job.stage, stopping: true, replaced: true } });
  }
  return { state, effects };
}

/** Starts what may start, and tells those who were told that it waits: all but `untold`. */
export function startNext(before: AgentState, at: Milliseconds, untold?: JobKey): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (;;) {
    const may = mayStart(state.jobs, state.slots, at);
    const turn = takeTurn(state.shares, may.keys());
    const job = turn && may.get(turn.requester);
    if (turn === undefined || job?.stage.name !== "queued") return giveAhead({ state, effects });
    const { offer } = job.stage;
    const key = job.key;
    effects.push({ type: "start-execution", key, from: job.from, offer });
    const run = { lane: key, since: at, cost: turn.cost, stopping: false };
    state = withJob({ ...state, shares: turn.shares }, { ...job, stage: runningStage(job.stage, run) });
    if (key !== untold) effects.push(...tellRunning(state, job));
  }
}

function giveAhead({ state: before, effects: done }: AgentStep): AgentStep {
  let state = before;
  const effects = [...done];
  while (state.lanes !== undefined && !state.draining) {
    const gift = nextGift(state.lanes, state.jobs);
    if (gift?.job.stage.name !== "queued") break;
    const { job, offer, lane, lanes } = gift;
    effects.push({ type: "give-ahead", key: job.key, from: job.from, offer, lane });
    state = withJob({ ...state, lanes }, { ...job, stage: { ...gift.job.stage, given: "ahead" } });
  }
  return { state, effects };
}

/** What executed in a lane has ended: what was given to its slot next executes now. */
export function promote(before: AgentState, lane: JobKey, at: Milliseconds): AgentStep {
  const key = before.lanes && nextIn(before.lanes, lane);
  const job = key && before.jobs.get(key);
  if (job?.stage.name !== "queued") return { state: before, effects: [] };
  const { stopping } = job.stage;
  // It has its turn now, as if it had waited here. One that goes before others, who came meanwhile, pays when it ends.
  const turn = before.jobs.othersWait(job.from) ? undefined : takeTurn(before.shares, [job.from]);
  const { cost, shares } = turn ?? { cost: ms(0), shares: before.shares };
  const stage = { ...runningStage(job.stage, { lane, since: at, cost, stopping }), waited: job.stage };
  const state = withJob({ ...leaveLane(before, job), shares }, { ...job, stage });
  return { state, effects: tellRunning(state, job) };
}

/** The job is not behind another in a slot any more. */
export function leaveLane(state: AgentState, job: AgentJob): AgentState {
  if (state.lanes === undefined || !isAhead(job)) return state;
  const key = job.key;
  const lane = laneWith(state.lanes, key);
  return lane === undefined ? state : { ...state, lanes: removeFrom(state.lanes, lane, key) };
}

export const isAhead = ({ stage }: AgentJob): boolean => stage.name === "queued" && stage.given === "ahead";

function runningStage(
  { kernel, offer: { anyKernel, notebook } }: AgentStage & { name: "queued" },
  run: Pick<AgentStage & { name: "running" }, "lane" | "since" | "cost" | "stopping">,
): AgentStage & { name: "running" } {
  const shared = anyKernel === true ? notebook : undefined;
  return { name: "running", kernel, shared, waited: undefined, replaced: false, ...run };
}

function tellRunning({ here }: AgentState, { from, job, attempt }: AgentJob): readonly AgentEffect[] {
  return here.has(from) ? [toPeer(from, { type: "ack", job, attempt, state: "running" })] : [];
}

/** Starting is not the job's time, but costs its requester something, the same whenever it happens. */
export function beginAnew(state: AgentState, key: JobKey, at: Milliseconds): AgentStep {
  const job = state.jobs.get(key);
  if (job?.stage.name !== "running") return { state, effects: [] };
  const shares = chargeStart(state.shares, job.from);
  return { state: withJob({ ...state, shares }, { ...job, stage: { ...job.stage, since: at } }), effects: [] };
}

/** What a job that executed until now cost its requester. */
export function charge(state: AgentState, job: AgentJob, at: Milliseconds): AgentState {
  const { from, stage } = job;
  if (stage.name !== "running") return state;
  const lanes = state.lanes && noteTime(state.lanes, job, at - stage.since);
  return { ...state, lanes, shares: settleTurn(state.shares, from, stage, at) };
}

export function trimOutbox(state: AgentState, at: Milliseconds): AgentStep {
  const dropped = overdue(state.jobs, at);
  if (dropped.length === 0) return { state, effects: [] };
  const jobs = dropped.reduce((kept, job) => kept.without(job.key), state.jobs);
  return { state: { ...state, jobs }, effects: dropped.map((job) => ({ type: "forget-end", key: job.key })) };
}

/** Forgets an attempt for good: a late copy of its offer, or of one before it, starts nothing. */
export function settle(before: AgentState, attempted: AgentJob): AgentStep {
  const { from, job, attempt, stage } = attempted;
  const state = leaveLane(before, attempted);
  const key = jobKey(from, job, attempt);
  const name = `${from} ${job}` as const;
  const last = Math.max(attempt, state.settled.get(name) ?? 0);
  const added = state.settled.without(name).with(name, last);
  const oldest = added.size > SETTLED_LIMIT ? added.firstKey : undefined;
  const settled = oldest === undefined ? added : added.without(oldest);
  const effects: readonly AgentEffect[] = stage.name === "finished" ? [{ type: "forget-end", key }] : [];
  return { state: { ...state, jobs: state.jobs.without(key), settled }, effects };
}

export function pumpHere(state: AgentState, job: AgentJob, at: Milliseconds): AgentJobStep {
  return state.here.has(job.from) ? pump(job, at) : same(job);
}

export const same = (job: AgentJob): AgentJobStep => ({ job, messages: [] });
export const toPeer = (to: PeerId, message: AgentMessage): AgentEffect => ({ type: "send", to, message });

export function withJob(state: AgentState, job: AgentJob): AgentState {
  return { ...state, jobs: state.jobs.with(job), wake: Math.min(state.wake, timeOf(job)) };
}

export function changeJob(state: AgentState, key: JobKey, change: (job: AgentJob) => AgentJobStep): AgentStep {
  const job = state.jobs.get(key);
  if (job === undefined) return { state, effects: [] };
  const step = change(job);
  const next = step.job === job ? state : withJob(state, step.job);
  return { state: next, effects: step.messages.map((message) => toPeer(job.from, message)) };
}

export function changeJobs(before: AgentState, change: (job: AgentJob) => AgentJobStep): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (const key of before.jobs.keys()) {
    const step = changeJob(state, key, change);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
