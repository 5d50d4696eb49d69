// How an execution ends at an agent, or comes back from a slot in which it did not begin, and what begins then.

import { ms, seconds, type Milliseconds } from "../base/units.ts";
import { finishJob, sayState, type AgentJob, type AgentJobStep } from "./agentJob.ts";
import { evenOut, giveBackTurn } from "./agentShares.ts";
import {
  changeJob,
  charge,
  leaveLane,
  promote,
  pumpHere,
  same,
  settle,
  startNext,
  toPeer,
  trimOutbox,
  withJob,
  type AgentState,
  type AgentStep,
} from "./agentState.ts";
import type { JobKey } from "./jobKey.ts";
import type { AgentEnd } from "./jobMessage.ts";

/** When to offer again what an agent does not take now. */
export const BUSY_RETRY: Milliseconds = seconds(1);

/** It ended, as its slot says or because it must not begin. */
export function endJob(before: AgentState, key: JobKey, how: AgentEnd, at: Milliseconds): AgentStep {
  const job = before.jobs.get(key);
  if (job === undefined || job.stage.name === "finished") return { state: before, effects: [] };
  const state = leaveLane(charge(before, job, at), job);
  const running = job.stage.name === "running" ? job.stage : undefined;
  const ended = running?.replaced === true ? settle(state, job) : addFinished(state, finishJob(job, how, at), at);
  return goOn(ended, running?.lane, at);
}

/** It was given to a slot ahead of its turn, and did not begin. */
export function takeBack(before: AgentState, key: JobKey, at: Milliseconds): AgentStep {
  const job = before.jobs.get(key);
  if (job === undefined || job.stage.name === "finished") return { state: before, effects: [] };
  const { stage, from, attempt } = job;
  if (stage.stopping) return endJob(before, key, { status: "cancelled" }, at);
  const waited = stage.name === "queued" ? stage : stage.waited;
  const lane = stage.name === "running" ? stage.lane : undefined;
  const paid = stage.name === "running" ? stage.cost : ms(0);
  const left = { ...leaveLane(before, job), shares: giveBackTurn(before.shares, from, paid) };
  if (before.draining) {
    const busy = toPeer(from, { type: "busy", job: job.job, attempt, retry: BUSY_RETRY });
    return goOn({ state: { ...left, jobs: left.jobs.without(key) }, effects: [busy] }, lane, at);
  }
  if (waited === undefined) return { state: before, effects: [] };
  const back = changeJob(left, key, () => sayWaits(left, { ...job, stage: { ...waited, given: "returned" } }, at));
  return goOn(back, lane, at);
}

/** A job whose end nobody was told yet. */
export function addFinished(state: AgentState, job: AgentJob, at: Milliseconds): AgentStep {
  const step = pumpHere(state, job, at);
  const kept = trimOutbox(withJob(state, step.job), at);
  const told = step.messages.map((message) => toPeer(job.from, message));
  return { state: kept.state, effects: [...told, { type: "keep-end", key: job.key }, ...kept.effects] };
}

/** It may have been said to execute. */
const sayWaits = ({ here }: AgentState, job: AgentJob, at: Milliseconds): AgentJobStep =>
  here.has(job.from) ? sayState(job, at) : same(job);

/** What was given to the slot of the lane executes now, or else what has a turn. */
function goOn(step: AgentStep, lane: JobKey | undefined, at: Milliseconds): AgentStep {
  const promoted = lane === undefined ? only(step.state) : promote(step.state, lane, at);
  const started = startNext(promoted.state, at);
  const { state } = started;
  return {
    state: state.jobs.requesterCount === 0 ? { ...state, shares: evenOut(state.shares) } : state,
    effects: [...step.effects, ...promoted.effects, ...started.effects],
  };
}

const only = (state: AgentState): AgentStep => ({ state, effects: [] });
