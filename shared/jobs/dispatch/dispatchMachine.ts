// Decides where and when the movable jobs of a requester execute. What happens in one attempt decides requesterMachine.ts.
// 1. Every job ends exactly once: as an attempt of it ended, cancelled, expired, or parked.
// 2. At most one attempt of a job is out at a time; each has a higher number, which is its fence, than those before.
// 3. A job is given away as late as possible: to an agent that is here, fits, and has a credit left for us; of two such,
//    drawn at random, to the less loaded. Jobs are considered in their order.
// 4. An attempt that ends without a result is lost; its successor begins at once after the first loss, after a growing
//    random pause from then on. After MOST_LOST losses while it ran, MOST_UNSTARTED before it did, or when
//    MOST_BROKEN agents, or slots of theirs, broke over it, the job is parked.
// 5. A busy agent, a job that was given back, and a job that the user moved are no losses.
// 6. Offline, nothing is given away. A deadline passes all the same, for jobs that have not been given away.
// 7. A job that waits at its agent while another is idle is asked back, once for each attempt.

import type { PeerId, RunId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import { hasLabels, type AgentLabels } from "../../ports/agentLabels.ts";
import type { WaitReason } from "../../ports/KernelPlace.ts";
import type { AttemptEnd } from "../requestedJob.ts";
import {
  backoff,
  fitting,
  MOST_BROKEN,
  MOST_LOST,
  MOST_UNSTARTED,
  runsAll,
  takes,
  type Agents,
  type DispatchedJob,
  type DispatchEnd,
  type KnownAgent,
} from "./dispatchedJob.ts";
import { DispatchJobs } from "./DispatchJobs.ts";
import {
  draw,
  giveAway,
  later,
  nextChange,
  only,
  recall,
  withAgent,
  withJob,
  type DispatchState,
  type DispatchStep,
} from "./giveAway.ts";

export type DispatchEvent = { readonly at: Milliseconds } & (
  | ({ readonly type: "submitted" } & Pick<DispatchedJob, "job" | "languages"> & {
        readonly labels?: AgentLabels;
        /** Milliseconds before which it is not given away, and after which it is given up. */
        readonly delay?: Milliseconds;
        readonly ttl?: Milliseconds;
      })
  /** All that are here. */
  | { readonly type: "agents-changed"; readonly agents: ReadonlyMap<PeerId, Omit<KnownAgent, "credit" | "busyUntil">> }
  | { readonly type: "online-changed"; readonly online: boolean }
  | { readonly type: "credit-heard"; readonly agent: PeerId; readonly credit: number }
  | { readonly type: "attempt-taken"; readonly job: RunId; readonly state: "queued" | "running" }
  | { readonly type: "attempt-ended"; readonly job: RunId; readonly end: AttemptEnd }
  | { readonly type: "cancelled"; readonly job: RunId }
  /** To this agent, or to any. */
  | { readonly type: "moved"; readonly job: RunId; readonly to: PeerId | undefined }
  | { readonly type: "time-passed" }
  | { readonly type: "closed"; readonly message: string }
);

export const createDispatch = (seed: number, at: Milliseconds): DispatchState => ({
  ...{ online: false, agents: new Map(), jobs: DispatchJobs.of() },
  ...{ wake: Infinity, firstDeadline: Infinity, seed: seed >>> 0, at },
});

/** Pure. An event about a job or agent that is not known changes nothing. */
export function stepDispatch(before: DispatchState, event: DispatchEvent): DispatchStep {
  const taken = take({ ...before, at: event.at }, event);
  if (event.type === "closed") return taken;
  const expired = giveUp(taken.state);
  const given = giveAway(expired.state);
  const recalled = recall(given.state);
  const state = before.wake <= event.at ? wakeAnew(recalled.state) : recalled.state;
  return { state, effects: [taken, expired, given, recalled].flatMap(({ effects }) => effects) };
}

/** When `time-passed` is due at the latest; undefined if only events can change anything. */
export function nextDispatchTime({ jobs, wake }: DispatchState): Milliseconds | undefined {
  return jobs.size === 0 || wake === Infinity ? undefined : ms(wake);
}

/** Found anew when that time has come; until then each change can only make it sooner. */
function wakeAnew(state: DispatchState): DispatchState {
  let wake = Infinity;
  for (const { busyUntil } of state.agents.values()) wake = Math.min(wake, later(busyUntil, state.at));
  for (const job of state.jobs.values()) wake = Math.min(wake, nextChange(job, state.at));
  return { ...state, wake };
}

/** Why a job waits; undefined for one that is given away. */
export function waitReason(state: DispatchState, job: DispatchedJob): WaitReason | undefined {
  const { stage, loss, languages, only } = job;
  if (stage.name !== "queued") return undefined;
  if (!state.online) return { why: "offline" };
  if (state.at < stage.notBefore) return { why: "pause", until: stage.notBefore, loss };
  const here = [...state.agents].filter(([, { draining }]) => draining !== true);
  if (here.length === 0) return { why: "no-agents" };
  const all = here.flatMap(([peer, agent]) => (only === undefined || only === peer ? agent : []));
  if (all.length === 0) return { why: "agent-absent" };
  const fit = fitting(state.agents, job);
  if (fit.length > 0) return { why: "all-busy", fitting: fit.length };
  const able = all.filter((agent) => runsAll(agent, languages) && hasLabels(agent, job.labels));
  if (able.length > 0) return { why: "not-allowed", agents: able.length };
  if (all.some((agent) => runsAll(agent, languages))) {
    return { why: "no-label", labels: job.labels, agents: all.length };
  }
  const missing = languages.find((language) => !all.some((agent) => agent.languages.includes(language)));
  return { why: "nobody-fits", language: missing ?? languages[0] ?? "", agents: all.length };
}

function take(state: DispatchState, event: DispatchEvent): DispatchStep {
  switch (event.type) {
    case "submitted":
      return submit(state, event);
    case "agents-changed":
      return only({ ...state, agents: meet(state.agents, event.agents) });
    case "online-changed":
      return only({ ...state, online: event.online });
    case "credit-heard":
      return only(withAgent(state, event.agent, { credit: event.credit }));
    case "attempt-taken":
      return changeJob(state, event.job, (job) => {
        if (job.stage.name !== "offered") return only(state);
        const stage = { ...job.stage, state: event.state, since: event.at };
        return only(withJob(state, { ...job, stage }));
      });
    case "attempt-ended":
      return changeJob(state, event.job, (job) => endAttempt(state, job, event.end));
    case "cancelled":
      return changeJob(state, event.job, (job) => cancel(state, job));
    case "moved":
      return changeJob(state, event.job, (job) => move(state, job, event.to));
    case "time-passed":
      return only(state);
    case "closed": {
      const end: DispatchEnd = { status: "interrupted", message: event.message };
      const effects = state.jobs.values().map(({ job }) => ({ type: "report-end", job, end }) as const);
      return { state: { ...state, jobs: DispatchJobs.of() }, effects };
    }
  }
}

function submit(state: DispatchState, event: DispatchEvent & { type: "submitted" }): DispatchStep {
  const { job, languages, labels = {}, delay = ms(0), ttl, at } = event;
  if (state.jobs.has(job)) return only(state);
  return only(
    withJob(state, {
      ...{
        job,
        languages,
        labels,
        only: undefined,
        attempt: 0,
        lost: 0,
        unstarted: 0,
        loss: "",
        broke: [],
        cancelled: false,
      },
      deadline: ttl === undefined ? undefined : ms(at + ttl),
      stage: { name: "queued", notBefore: ms(at + delay) },
    }),
  );
}

function meet(known: Agents, here: (DispatchEvent & { type: "agents-changed" })["agents"]): Agents {
  return new Map(
    [...here].map(([peer, facts]) => {
      const { credit, busyUntil } = known.get(peer) ?? { credit: 1, busyUntil: ms(0) };
      return [peer, { ...facts, credit, busyUntil }];
    }),
  );
}

function endAttempt(state: DispatchState, job: DispatchedJob, end: AttemptEnd): DispatchStep {
  const { stage } = job;
  if (stage.name !== "offered") return only(state);
  const stopped = end.status === "executed" && end.end.status === "interrupted";
  const again = { ...job, stage: { name: "queued", notBefore: state.at } } as const;
  if (job.cancelled) return finish(state, job, end.status === "busy" ? { status: "cancelled" } : end);
  if (stage.moving && (end.status !== "executed" || stopped)) return only(withJob(state, again));
  switch (end.status) {
    case "executed":
      return finish(state, job, end);
    case "busy":
      return only(withAgent(withJob(state, again), stage.agent, { busyUntil: ms(state.at + end.retry) }));
    case "cancelled":
      return stage.recalled ? only(withJob(state, again)) : lose(state, job, "the agent gave it back");
    case "interrupted":
      return lose(state, job, end.message);
    case "failed":
      if (end.code === "expired") return only(withJob(state, again));
      // The agent is there and did what it could: it would be the same elsewhere, unless the agent says otherwise.
      if (end.again === true) return lose(state, job, end.message);
      if (end.code === "kernel-lost" || end.code === "too-large") return finish(state, job, end);
      return lose(state, job, end.message);
  }
}

function lose(before: DispatchState, job: DispatchedJob, loss: string): DispatchStep {
  const { stage } = job;
  if (stage.name !== "offered") return only(before);
  const ran = stage.state === "running";
  const broken = ran && !job.broke.includes(stage.agent);
  const broke = broken ? [...job.broke, stage.agent] : job.broke;
  const lost = job.lost + 1;
  const unstarted = job.unstarted + (ran ? 0 : 1);
  if (broke.length >= MOST_BROKEN) {
    const message = `${broke.length} computers failed while they ran this; last: ${loss}`;
    return finish(before, job, { status: "parked", message });
  }
  if (lost - unstarted >= MOST_LOST || unstarted >= MOST_UNSTARTED) {
    return finish(before, job, { status: "parked", message: `it was tried ${lost} times; last: ${loss}` });
  }
  const [state, random] = draw(before);
  const notBefore = ms(state.at + backoff(lost, random));
  return only(withJob(state, { ...job, lost, unstarted, loss, broke, stage: { name: "queued", notBefore } }));
}

function cancel(state: DispatchState, job: DispatchedJob): DispatchStep {
  if (job.stage.name === "queued") return finish(state, job, { status: "cancelled" });
  if (job.cancelled) return only(state);
  return { state: withJob(state, { ...job, cancelled: true }), effects: [{ type: "cancel-attempt", job: job.job }] };
}

function move(state: DispatchState, job: DispatchedJob, to: PeerId | undefined): DispatchStep {
  const { stage } = job;
  const target = to === undefined ? undefined : state.agents.get(to);
  // It would wait there for ever, and what it does where it is would be lost.
  if (target !== undefined && !takes(target, job)) return only(state);
  if (stage.name === "queued") return only(withJob(state, { ...job, only: to }));
  if (stage.agent === to || stage.moving || job.cancelled) return only(withJob(state, { ...job, only: to }));
  const moving = { ...job, only: to, stage: { ...stage, moving: true } };
  return { state: withJob(state, moving), effects: [{ type: "cancel-attempt", job: job.job }] };
}

/** Of what waits, gives up what is too late. */
function giveUp(before: DispatchState): DispatchStep {
  let step = only(before);
  if (before.at < before.firstDeadline) return step;
  let firstDeadline = Infinity;
  for (const job of before.jobs.values()) {
    if (job.deadline !== undefined && job.deadline > before.at) firstDeadline = Math.min(firstDeadline, job.deadline);
    if (job.stage.name !== "queued" || job.deadline === undefined || before.at < job.deadline) continue;
    const message = "it could not be started in time";
    step = then(step, (state) => finish(state, job, { status: "failed", code: "expired", message }));
  }
  return { ...step, state: { ...step.state, firstDeadline } };
}

function finish(state: DispatchState, { job }: DispatchedJob, end: DispatchEnd): DispatchStep {
  return { state: { ...state, jobs: state.jobs.without(job) }, effects: [{ type: "report-end", job, end }] };
}

function then(step: DispatchStep, next: (state: DispatchState) => DispatchStep): DispatchStep {
  const { state, effects } = next(step.state);
  return { state, effects: [...step.effects, ...effects] };
}

function changeJob(state: DispatchState, id: RunId, change: (job: DispatchedJob) => DispatchStep): DispatchStep {
  const job = state.jobs.get(id);
  return job === undefined ? only(state) : change(job);
}
