// What an agent knows, and the steps that its decisions are made of. See agentMachine.ts for the rules.

import type { PeerId, RunId } from "../base/ids.ts";
import type { Milliseconds } from "../base/units.ts";
import { VersionedMap } from "../base/VersionedMap.ts";
import { pump, type AgentJob, type AgentJobStep } from "./agentJob.ts";
import { activeRequesters, mayStart, overdue } from "./agentQueue.ts";
import { createShares, settleTurn, takeTurn, type Shares } from "./agentShares.ts";
import type { AgentMessage, OfferMessage } from "./jobMessage.ts";

/** Jobs acknowledged by `rcv` that are remembered, so that a late copy of their offer starts nothing. */
const SETTLED_LIMIT = 1_024;

/** An attempt's name at the agent: two requesters may choose the same id. */
export type JobKey = `${PeerId} ${RunId} ${number}`;
export const jobKey = (from: PeerId, job: RunId, attempt = 1): JobKey => `${from} ${job} ${attempt}`;
export const keyOf = ({ from, job, attempt }: Pick<AgentJob, "from" | "job" | "attempt">): JobKey =>
  jobKey(from, job, attempt);

export interface AgentState {
  readonly slots: number;
  /** In the order their offers came. */
  readonly jobs: VersionedMap<JobKey, AgentJob>;
  /** By requester and job, the last attempt of which everything was told; the newest last. */
  readonly settled: VersionedMap<`${PeerId} ${RunId}`, number>;
  readonly shares: Shares;
  /** Requesters that are here now. */
  readonly here: ReadonlySet<PeerId>;
  /** What an earlier life left is still being read: until it is, nobody is told that a job is not known. */
  readonly loading: boolean;
  /** It takes no more jobs: it will leave. */
  readonly draining: boolean;
}

export type AgentEffect =
  | { readonly type: "send"; readonly to: PeerId; readonly message: AgentMessage }
  | { readonly type: "start-execution"; readonly key: JobKey; readonly from: PeerId; readonly offer: OfferMessage }
  /** Stop it; it answers with `execution-ended` like any other. */
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

export function createAgent(slots: number, shares: Shares = createShares()): AgentState {
  const empty = { jobs: VersionedMap.of<JobKey, AgentJob>(), settled: VersionedMap.of<`${PeerId} ${RunId}`, number>() };
  return { slots, ...empty, shares, here: new Set(), loading: false, draining: false };
}

/** A later attempt is here: these are of no use any more. */
export function replaceAll(before: AgentState, attempts: readonly AgentJob[]): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (const job of attempts) {
    if (job.stage.name !== "running") {
      const settled = settle(state, job);
      state = settled.state;
      effects.push(...settled.effects);
      continue;
    }
    if (!job.stage.stopping) effects.push({ type: "stop-execution", key: keyOf(job) });
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
    if (may.size === 0) return { state, effects };
    const turn = takeTurn(state.shares, { waiting: new Set(may.keys()), active: activeRequesters(state.jobs), at });
    const job = turn && may.get(turn.requester);
    if (turn === undefined || job?.stage.name !== "queued") return { state, effects };
    const { offer } = job.stage;
    const key = keyOf(job);
    effects.push({ type: "start-execution", key, from: job.from, offer });
    const stage = { name: "running", kernel: offer.kernel, since: at, cost: turn.cost, ...UNTOUCHED } as const;
    state = withJob({ ...state, shares: turn.shares }, { ...job, stage });
    if (key === untold || !state.here.has(job.from)) continue;
    effects.push(toPeer(job.from, { type: "ack", job: job.job, attempt: job.attempt, state: "running" }));
  }
}

const UNTOUCHED = { stopping: false, replaced: false };

/** What a job that executed until now cost its requester. */
export function charge(state: AgentState, { from, stage }: AgentJob, at: Milliseconds): AgentState {
  if (stage.name !== "running") return state;
  return { ...state, shares: settleTurn(state.shares, from, stage, at) };
}

export function trimOutbox(state: AgentState, at: Milliseconds): AgentStep {
  const dropped = overdue(state.jobs, at);
  if (dropped.length === 0) return { state, effects: [] };
  const jobs = dropped.reduce((kept, job) => kept.without(keyOf(job)), state.jobs);
  return { state: { ...state, jobs }, effects: dropped.map((job) => ({ type: "forget-end", key: keyOf(job) })) };
}

/** Forgets an attempt for good: a late copy of its offer, or of one before it, starts nothing. */
export function settle(state: AgentState, { from, job, attempt, stage }: AgentJob): AgentStep {
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
  return { ...state, jobs: state.jobs.with(keyOf(job), job) };
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
