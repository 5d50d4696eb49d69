// Questions about an agent's jobs: who is next, who must wait, what is kept. See agentMachine.ts for the rules.

import type { KernelId, PeerId, RunId } from "../base/ids.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds } from "../base/units.ts";
import type { AgentJob, AgentStage } from "./agentJob.ts";
import type { HeartbeatMessage } from "./jobMessage.ts";
import { questionTime } from "./openQuestion.ts";
import { HEARTBEAT_JOBS } from "./parseJobMessage.ts";

/** Jobs that wait or execute, of all requesters and of one: beyond it the answer is `busy`. */
const JOBS_LIMIT = HEARTBEAT_JOBS;
const JOBS_PER_REQUESTER = 128;
/** A job that waits rises by one class of priority in this time: none waits for ever. */
const AGEING: Milliseconds = seconds(30);
/** Ended jobs wait this long for requesters who closed their lid. */
const OUTBOX_AGE: Milliseconds = seconds(24 * 3_600);
const OUTBOX_JOBS = 1_024;
const OUTBOX_SIZE: Bytes = mib(256);

/** By key, in the order their offers came. */
type Jobs = { values(): Iterable<AgentJob> };

/** What may start now, if a slot is free: of the most urgent class, the first of each requester whose kernel is idle. */
export function mayStart(jobs: Jobs, slots: number, at: Milliseconds): ReadonlyMap<PeerId, AgentJob> {
  const running = runningJobs(jobs);
  const first = new Map<PeerId, AgentJob>();
  if (running.length >= slots) return first;
  const busy = new Set(running.map(kernelOf));
  let urgent = Infinity;
  for (const job of jobs.values()) {
    if (job.stage.name !== "queued" || busy.has(kernelOf(job))) continue;
    const urgency = urgencyOf(job.stage, at);
    if (urgency < urgent) first.clear();
    urgent = Math.min(urgent, urgency);
    if (urgency === urgent && !first.has(job.from)) first.set(job.from, job);
  }
  return first;
}

function urgencyOf({ offer, since }: AgentStage & { name: "queued" }, at: Milliseconds): number {
  return Math.max(0, offer.priority - Math.floor((at - since) / AGEING));
}

/** Requesters with jobs that wait or execute. */
export function activeRequesters(jobs: Jobs): ReadonlySet<PeerId> {
  const active = new Set<PeerId>();
  for (const { from, stage } of jobs.values()) if (stage.name !== "finished") active.add(from);
  return active;
}

/** Every attempt of a job that is known, the earliest first. */
export function attemptsOf(jobs: Jobs, from: PeerId, job: RunId): readonly AgentJob[] {
  const found: AgentJob[] = [];
  for (const one of jobs.values()) if (one.job === job && one.from === from) found.push(one);
  return found.sort((one, other) => one.attempt - other.attempt);
}

function kernelOf({ from, stage }: AgentJob): string | undefined {
  if (stage.name === "finished") return undefined;
  const kernel: KernelId = stage.name === "queued" ? stage.offer.kernel : stage.kernel;
  return `${from} ${kernel}`;
}

export function runningJobs(jobs: Jobs): readonly AgentJob[] {
  return [...jobs.values()].filter((job) => job.stage.name === "running");
}

/** Ended jobs whose requesters are here and have not confirmed them. */
export function unconfirmedHere(jobs: Jobs, here: ReadonlySet<PeerId>): number {
  return [...jobs.values()].filter(({ from, stage }) => stage.name === "finished" && here.has(from)).length;
}

/** True if this requester, or all together, have as many jobs here as may wait. */
export function isFull(jobs: Jobs, from: PeerId): boolean {
  const active = [...jobs.values()].filter((job) => job.stage.name !== "finished");
  return active.length >= JOBS_LIMIT || active.filter((job) => job.from === from).length >= JOBS_PER_REQUESTER;
}

/** Ended jobs to drop: those that are too old, then the oldest while there are too many or they are too large together. */
export function overdue(jobs: Jobs, at: Milliseconds): readonly AgentJob[] {
  const finished = [...jobs.values()].filter((job) => job.stage.name === "finished");
  let size = finished.reduce((sum, job) => sum + job.size, 0);
  let count = finished.length;
  return finished.filter((job) => {
    const old = job.stage.name === "finished" && at - job.stage.since >= OUTBOX_AGE;
    if (!old && count <= OUTBOX_JOBS && size <= OUTBOX_SIZE) return false;
    count -= 1;
    size -= job.size;
    return true;
  });
}

/** What to put into a heartbeat. */
export function heldJobs(jobs: Jobs): HeartbeatMessage["jobs"] {
  const held = [...jobs.values()].filter(({ stage }) => {
    return stage.name === "queued" || (stage.name === "running" && !stage.replaced);
  });
  return held.slice(0, HEARTBEAT_JOBS).map((job) => ({ job: job.job, chunks: job.chunks.length }));
}

/** When time alone changes something; undefined if only events can. */
export function nextTime(jobs: Jobs, here: ReadonlySet<PeerId>): Milliseconds | undefined {
  let next = Infinity;
  for (const job of jobs.values()) {
    if (job.stage.name === "queued") next = Math.min(next, job.stage.until);
    next = Math.min(next, questionTime(job, here.has(job.from)));
    if (job.stage.name !== "finished") continue;
    next = Math.min(next, here.has(job.from) ? job.nextDone : job.stage.since + OUTBOX_AGE);
  }
  return next === Infinity ? undefined : ms(next);
}
