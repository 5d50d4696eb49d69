// Which agent gets which job, and which is asked back. See dispatchMachine.ts for the rules.

import type { PeerId, RunId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import {
  countOut,
  fitting,
  hasCredit,
  loadOf,
  type Agents,
  type DispatchedJob,
  type DispatchEnd,
  type KnownAgent,
} from "./dispatchedJob.ts";
import type { DispatchJobs } from "./DispatchJobs.ts";

/** A job may wait this long at its agent before it is asked back for an idle one. */
export const RECALL_AFTER: Milliseconds = ms(500);

export interface DispatchState {
  readonly online: boolean;
  readonly agents: Agents;
  readonly jobs: DispatchJobs;
  /** Nothing changes by time alone before; and no job is given up. */
  readonly wake: number;
  readonly firstDeadline: number;
  /** Of the random numbers. */
  readonly seed: number;
  readonly at: Milliseconds;
}

export type DispatchEffect =
  | { readonly type: "offer"; readonly job: RunId; readonly agent: PeerId; readonly attempt: number }
  | { readonly type: "cancel-attempt"; readonly job: RunId }
  | { readonly type: "recall-attempt"; readonly job: RunId }
  | { readonly type: "report-end"; readonly job: RunId; readonly end: DispatchEnd };

export interface DispatchStep {
  readonly state: DispatchState;
  readonly effects: readonly DispatchEffect[];
}

export function giveAway(before: DispatchState): DispatchStep {
  if (!before.online) return only(before);
  const out = new Map(countOut(before.jobs.offered));
  const able = (peer: PeerId, { agents, at }: DispatchState): boolean => {
    const agent = agents.get(peer);
    return agent !== undefined && hasCredit(agent, out.get(peer) ?? 0, at);
  };
  let state = before;
  const effects: DispatchEffect[] = [];
  for (const job of before.jobs.waiting()) {
    if (![...state.agents.keys()].some((peer) => able(peer, state))) break;
    if (job.stage.name !== "queued" || state.at < job.stage.notBefore) continue;
    const fit = fitting(state.agents, job).filter((peer) => able(peer, state));
    const [next, agent] = choose(state, fit, out);
    state = next;
    if (agent === undefined) continue;
    out.set(agent, (out.get(agent) ?? 0) + 1);
    const attempt = job.attempt + 1;
    const fresh = { state: "asked", recalled: false, moving: false } as const;
    state = withJob(state, { ...job, attempt, stage: { name: "offered", agent, since: state.at, ...fresh } });
    effects.push({ type: "offer", job: job.job, agent, attempt });
  }
  return { state, effects };
}

/** The less loaded of two random ones: the best one would be everybody's. */
function choose(
  before: DispatchState,
  fit: readonly PeerId[],
  out: ReadonlyMap<PeerId, number>,
): readonly [DispatchState, PeerId | undefined] {
  if (fit.length < 2) return [before, fit[0]];
  const [drawn, first] = draw(before);
  const [state, second] = draw(drawn);
  const place = Math.floor(first * fit.length);
  const other = (place + 1 + Math.floor(second * (fit.length - 1))) % fit.length;
  const load = (peer: PeerId | undefined): number => {
    const agent = peer === undefined ? undefined : state.agents.get(peer);
    return peer === undefined || agent === undefined ? Infinity : loadOf(agent, out.get(peer) ?? 0);
  };
  return [state, load(fit[other]) < load(fit[place]) ? fit[other] : fit[place]];
}

export function recall(before: DispatchState): DispatchStep {
  const offered = before.jobs.offered;
  const out = countOut(offered);
  let state = before;
  const effects: DispatchEffect[] = [];
  for (const job of offered) {
    const { stage } = job;
    if (stage.name !== "offered" || stage.state !== "queued" || stage.recalled) continue;
    if (before.at < stage.since + RECALL_AFTER) continue;
    const idle = fitting(before.agents, job).some((peer) => {
      const agent = before.agents.get(peer);
      return peer !== stage.agent && agent !== undefined && agent.freeSlots > 0 && (out.get(peer) ?? 0) === 0;
    });
    if (!idle) continue;
    state = withJob(state, { ...job, stage: { ...stage, recalled: true } });
    effects.push({ type: "recall-attempt", job: job.job });
  }
  return { state, effects };
}

export const only = (state: DispatchState): DispatchStep => ({ state, effects: [] });

export function withJob(state: DispatchState, job: DispatchedJob): DispatchState {
  const wake = Math.min(state.wake, nextChange(job, state.at));
  const firstDeadline = Math.min(state.firstDeadline, job.deadline ?? Infinity);
  return { ...state, jobs: state.jobs.with(job), wake, firstDeadline };
}

export function withAgent(state: DispatchState, peer: PeerId, change: Partial<KnownAgent>): DispatchState {
  const agent = state.agents.get(peer);
  if (agent === undefined) return state;
  const wake = Math.min(state.wake, later(change.busyUntil, state.at));
  return { ...state, wake, agents: new Map(state.agents).set(peer, { ...agent, ...change }) };
}

/** When time may change a job, after `at`. */
export function nextChange({ stage, deadline }: DispatchedJob, at: Milliseconds): number {
  if (stage.name === "queued") return Math.min(later(stage.notBefore, at), later(deadline, at));
  return stage.state === "queued" && !stage.recalled ? later(ms(stage.since + RECALL_AFTER), at) : Infinity;
}

export const later = (time: Milliseconds | undefined, at: Milliseconds): number =>
  time !== undefined && time > at ? time : Infinity;

/** A number in [0, 1), and the state with which the next one is another: mulberry32. */
export function draw(state: DispatchState): readonly [DispatchState, number] {
  const seed = (state.seed + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return [{ ...state, seed }, ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32];
}
