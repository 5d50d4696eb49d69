// Decides for a peer that asks agents for executions.
// 1. Every attempt of a job ends exactly once, and after its end nothing of it is reported.
// 2. Output is reported in order, each item once; before the end an agent tells, all of it.
// 3. A job is heard about from the agent it was given to alone, and only from the life of the agent that has it; of its
//    attempts only the last counts.
// 4. `rcv` is sent only when the end was reported; until then the agent keeps everything.
// 5. While we are offline nothing is given up, except what the user cancels.
// 6. Online, a job of which nothing is heard ends: a running one by its lease, one that was offered or that waits for an
//    absent agent sooner. Only an agent that is there and says "busy" may make a job wait; a movable one ends even then.
// 7. An agent that still has a job which ended here is told to cancel or forget it, whenever it is heard.
// Which agent gets a movable job, and whether an attempt is followed by another, decides dispatch/dispatchMachine.ts.

import type { PeerId, RunId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import { VersionedMap } from "../base/VersionedMap.ts";
import type { AgentMessage, HeartbeatMessage, OfferMessage } from "./jobMessage.ts";
import {
  abandon,
  agentGone,
  agentSeen,
  answerJob,
  cameOnline,
  cancelJob,
  hearHeartbeat,
  hearMessage,
  nextChange,
  passTime,
  recallJob,
  requestJob,
  spare,
  type JobStep,
  type Moment,
  type RequestedJob,
  type RequesterEffect,
} from "./requestedJob.ts";

export interface RequesterState {
  readonly online: boolean;
  readonly agents: ReadonlyMap<PeerId, { readonly incarnation: number; readonly here: boolean }>;
  readonly jobs: VersionedMap<RunId, RequestedJob>;
  /** The last attempt of each job that ended; Infinity where none was ever heard of. The newest last. */
  readonly ended: VersionedMap<RunId, number>;
  readonly lastAt: Milliseconds;
  /** Nothing is due before. */
  readonly wake: number;
}

export type RequesterEvent = { readonly at: Milliseconds } & (
  | {
      readonly type: "requested";
      readonly job: RunId;
      readonly agent: PeerId;
      readonly offer: OfferMessage | undefined;
      readonly movable?: boolean;
      /** The agent's life that an earlier life of this device offered it to. */
      readonly offeredTo?: number | undefined;
    }
  | { readonly type: "recalled"; readonly job: RunId }
  /** The user answers what the execution asks; undefined: does not. */
  | { readonly type: "answered"; readonly job: RunId; readonly text: string | undefined }
  | { readonly type: "cancelled"; readonly job: RunId }
  | { readonly type: "went-online" }
  | { readonly type: "went-offline" }
  | { readonly type: "agent-seen"; readonly agent: PeerId; readonly incarnation: number }
  | { readonly type: "agent-gone"; readonly agent: PeerId; readonly final: boolean }
  | { readonly type: "message-received"; readonly from: PeerId; readonly message: AgentMessage }
  | { readonly type: "heartbeat-received"; readonly from: PeerId; readonly jobs: HeartbeatMessage["jobs"] }
  /** Nothing will be heard any more; the message says why. */
  | { readonly type: "closed"; readonly message: string }
  | { readonly type: "time-passed" }
);

export interface RequesterStep {
  readonly state: RequesterState;
  readonly effects: readonly RequesterEffect[];
}

/** Ended jobs that are remembered, to answer agents that repeat. */
const ENDED_LIMIT = 1_024;
/** Time must be told at least this often while jobs live. */
const LONGEST_WAIT: Milliseconds = ms(1_000);
/** Told so much later than it was due, we stood still. */
const STOOD_STILL: Milliseconds = ms(500);
/** After standing still, what waits in the socket is read before anything is given up. */
const READ_FIRST: Milliseconds = ms(1_500);

export function createRequester(at: Milliseconds): RequesterState {
  const none = {
    agents: new Map(),
    jobs: VersionedMap.of<RunId, RequestedJob>(),
    ended: VersionedMap.of<RunId, number>(),
  };
  return { online: false, ...none, lastAt: at, wake: Infinity };
}

/** Pure. An event about a job or agent that is not known changes nothing: between peers that is normal. */
export function stepRequester(before: RequesterState, event: RequesterEvent): RequesterStep {
  const state = spareAfterStandstill({ ...before, lastAt: event.at }, nextRequesterTime(before));
  switch (event.type) {
    case "requested":
      return request(state, event);
    case "cancelled":
      return changeJob(state, event.job, (job, moment) => cancelJob(job, moment));
    case "answered":
      return changeJob(state, event.job, (job) => answerJob(job, event.text));
    case "recalled":
      return changeJob(state, event.job, recallJob);
    case "went-online":
      return wakeAnew(changeJobs({ ...state, online: true }, cameOnline));
    case "went-offline":
      return { state: { ...state, online: false }, effects: [] };
    case "agent-seen": {
      const seen = withAgent(state, event.agent, { incarnation: event.incarnation, here: true });
      return changeJobs(seen, (job, moment) =>
        job.agent === event.agent ? agentSeen(job, event.incarnation, moment) : { job, effects: [] },
      );
    }
    case "agent-gone":
      return loseAgent(state, event.agent, event.final);
    case "message-received":
      return hear(state, event.from, event.message);
    case "heartbeat-received":
      return hearJobs(state, event.from, event.jobs);
    case "closed":
      return changeJobs(state, (job) => abandon(job, event.message));
    case "time-passed":
      return wakeAnew(changeJobs(state, passTime));
  }
}

/** When `time-passed` is due, at the latest; undefined while no job lives. */
export function nextRequesterTime(state: RequesterState): Milliseconds | undefined {
  if (state.jobs.size === 0) return undefined;
  return ms(Math.min(state.lastAt + LONGEST_WAIT, Math.max(state.wake, state.lastAt)));
}

/** Found anew when time has passed; until then each change of a job can only make it sooner. */
function wakeAnew({ state, effects }: RequesterStep): RequesterStep {
  let wake = Infinity;
  for (const job of state.jobs.values()) wake = Math.min(wake, dueAt(state, job));
  return { state: { ...state, wake }, effects };
}

function dueAt({ online, lastAt }: RequesterState, job: RequestedJob): number {
  let due = Infinity;
  for (const time of nextChange(job, online)) if (time > lastAt && time < due) due = time;
  return due;
}

function spareAfterStandstill(state: RequesterState, due: Milliseconds | undefined): RequesterState {
  if (due === undefined || state.lastAt - due < STOOD_STILL) return state;
  const until = ms(state.lastAt + READ_FIRST);
  return {
    ...state,
    wake: state.lastAt,
    jobs: VersionedMap.of([...state.jobs].map(([id, job]) => [id, spare(job, until)])),
  };
}

function request(state: RequesterState, event: RequesterEvent & { readonly type: "requested" }): RequesterStep {
  const attempt = event.offer?.attempt ?? 1;
  const ended = (state.ended.get(event.job) ?? 0) >= attempt;
  if (state.jobs.has(event.job) || ended) return { state, effects: [] };
  const wanted = { ...event, movable: event.movable === true, offeredTo: event.offeredTo };
  return withJob(state, event.job, requestJob(wanted, momentOf(state, event.agent)));
}

function loseAgent(state: RequesterState, agent: PeerId, final: boolean): RequesterStep {
  const known = state.agents.get(agent);
  if (known === undefined) return { state, effects: [] };
  return changeJobs(withAgent(state, agent, { ...known, here: false }), (job, moment) =>
    job.agent === agent ? agentGone(job, final, moment) : { job, effects: [] },
  );
}

function hear(before: RequesterState, from: PeerId, message: AgentMessage): RequesterStep {
  const state = withAgentHere(before, from);
  const job = state.jobs.get(message.job);
  const current = message.attempt === undefined || message.attempt === (job?.attempt ?? message.attempt);
  if (job !== undefined && current) {
    if (job.agent !== from) return { state, effects: [] };
    return withJob(state, job.job, hearMessage(job, message, momentOf(state, from)));
  }
  // Also of an attempt before the one that counts, at whatever agent.
  if (!isEnded(state, message)) return { state, effects: [] };
  return { state, effects: tellEnded(from, message) };
}

function isEnded({ ended }: RequesterState, { job, attempt }: AgentMessage): boolean {
  return (ended.get(job) ?? 0) >= (attempt ?? 1);
}

function tellEnded(agent: PeerId, { type, job, attempt }: AgentMessage): readonly RequesterEffect[] {
  if (type === "done") return [{ type: "send", to: agent, message: { type: "rcv", job, attempt } }];
  if (type === "unknown" || type === "busy") return [];
  return [{ type: "send", to: agent, message: { type: "cancel", job, attempt } }];
}

function hearJobs(before: RequesterState, from: PeerId, jobs: HeartbeatMessage["jobs"]): RequesterStep {
  let state = withAgentHere(before, from);
  const effects: RequesterEffect[] = [];
  for (const { job: id, chunks } of jobs) {
    const job = state.jobs.get(id);
    if (job?.agent === from) {
      const step = withJob(state, id, hearHeartbeat(job, chunks, momentOf(state, from)));
      state = step.state;
      effects.push(...step.effects);
    } else if (state.ended.has(id)) {
      effects.push({ type: "send", to: from, message: { type: "cancel", job: id } });
    }
  }
  return { state, effects };
}

function momentOf(state: RequesterState, agent: PeerId): Moment {
  const known = state.agents.get(agent);
  return { at: state.lastAt, online: state.online, agent: known?.here === true ? known.incarnation : undefined };
}

/** An agent that speaks is there, even if its last will was published by a connection it had before. */
function withAgentHere(state: RequesterState, agent: PeerId): RequesterState {
  const known = state.agents.get(agent);
  return known === undefined || known.here ? state : withAgent(state, agent, { ...known, here: true });
}

function withAgent(
  state: RequesterState,
  agent: PeerId,
  known: { readonly incarnation: number; readonly here: boolean },
): RequesterState {
  return { ...state, agents: new Map(state.agents).set(agent, known) };
}

function changeJob(
  state: RequesterState,
  id: RunId,
  change: (job: RequestedJob, moment: Moment) => JobStep,
): RequesterStep {
  const job = state.jobs.get(id);
  if (job === undefined) return { state, effects: [] };
  return withJob(state, id, change(job, momentOf(state, job.agent)));
}

function changeJobs(before: RequesterState, change: (job: RequestedJob, moment: Moment) => JobStep): RequesterStep {
  let state = before;
  const effects: RequesterEffect[] = [];
  for (const id of before.jobs.keys()) {
    const step = changeJob(state, id, change);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

function withJob(state: RequesterState, id: RunId, { job, effects }: JobStep): RequesterStep {
  if (job !== undefined && job === state.jobs.get(id)) return { state, effects };
  if (job !== undefined) {
    const wake = Math.min(state.wake, dueAt(state, job));
    return { state: { ...state, wake, jobs: state.jobs.with(id, job) }, effects };
  }
  const attempt = state.jobs.get(id)?.attempt ?? Infinity;
  const last = Math.max(attempt, state.ended.get(id) ?? 0);
  const added = state.ended.without(id).with(id, last);
  const oldest = added.size > ENDED_LIMIT ? added.firstKey : undefined;
  const ended = oldest === undefined ? added : added.without(oldest);
  return { state: { ...state, jobs: state.jobs.without(id), ended }, effects };
}
