// Questions about an agent's jobs: who is next, who must wait, what is kept. See agentMachine.ts for the rules.

import type { PeerId } from "../base/ids.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds } from "../base/units.ts";
import type { AgentJob, AgentStage } from "./agentJob.ts";
import type { AgentJobs } from "./AgentJobs.ts";
import type { KernelKey } from "./jobKey.ts";
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

/** What may start now, if a slot is free: of the most urgent class, the first of each requester whose kernel is idle. */
export function mayStart(jobs: AgentJobs, slots: number, at: Milliseconds): ReadonlyMap<PeerId, AgentJob> {
  const first = new Map<PeerId, AgentJob>();
  if (jobs.countIn("running") >= slots || jobs.countIn("waiting") === 0) return first;
  const busy = new Set<KernelKey | undefined>();
  for (const job of jobs.each("running")) busy.add(kernelOf(job));
  let urgent = Infinity;
  for (const job of jobs.each("waiting")) {
    if (job.stage.name !== "queued" || busy.has(job.stage.kernel)) continue;
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

export function kernelOf({ stage }: AgentJob): KernelKey | undefined {
  return stage.name === "finished" ? undefined : stage.kernel;
}

/** Ended jobs whose requesters are here and have not confirmed them. */
export function unconfirmedHere(jobs: AgentJobs, here: ReadonlySet<PeerId>): number {
  return jobs.in("finished").filter(({ from }) => here.has(from)).length;
}

/** True if this requester, or all together, have as many jobs here as may wait. */
export function isFull(jobs: AgentJobs, from: PeerId): boolean {
  const active = jobs.countIn("waiting") + jobs.countIn("ahead") + jobs.countIn("running");
  return active >= JOBS_LIMIT || jobs.countOf(from) >= JOBS_PER_REQUESTER;
}

/** Ended jobs to drop: those that are too old, then the oldest while there are too many or they are too large together. */
export function overdue(jobs: AgentJobs, at: Milliseconds): readonly AgentJob[] {
  let size: number = jobs.finishedSize;
  let count = jobs.countIn("finished");
  const isDue = ({ stage }: AgentJob): boolean => {
    const old = stage.name === "finished" && at - stage.since >= OUTBOX_AGE;
    return old || count > OUTBOX_JOBS || size > OUTBOX_SIZE;
  };
  const { firstFinished } = jobs;
  if (firstFinished === undefined || !isDue(firstFinished)) return [];
  return jobs.in("finished").filter((job) => {
    if (!isDue(job)) return false;
    count -= 1;
    size -= job.size;
    return true;
  });
}

/** What to put into a heartbeat. */
export function heldJobs(jobs: AgentJobs): HeartbeatMessage["jobs"] {
  const running = jobs.in("running").filter(({ stage }) => stage.name === "running" && !stage.replaced);
  const held = [...running, ...jobs.in("ahead"), ...jobs.in("waiting")];
  return held.slice(0, HEARTBEAT_JOBS).map((job) => ({ job: job.job, chunks: job.chunks.length }));
}

/** When time alone changes something; undefined if only events can. */
export function nextTime(jobs: AgentJobs, here: ReadonlySet<PeerId>): Milliseconds | undefined {
  let next = Infinity;
  for (const job of jobs.each("waiting")) next = Math.min(next, timeOf(job));
  for (const job of jobs.each("running")) next = Math.min(next, questionTime(job, here.has(job.from)));
  for (const job of jobs.each("finished")) {
    const { stage } = job;
    const gone = stage.name === "finished" && !here.has(job.from);
    next = Math.min(next, gone ? stage.since + OUTBOX_AGE : timeOf(job));
  }
  return next === Infinity ? undefined : ms(next);
}

/** When time may change this job, at the earliest. */
export function timeOf(job: AgentJob): number {
  const { stage, nextDone } = job;
  if (stage.name === "running") return questionTime(job, true);
  if (stage.name === "queued") return stage.until;
  return nextDone;
}
