// Short jobs are given to a slot ahead of their turn: several then cost one exchange with its process. Invariants:
// 1. Only what the slot would get anyway is given: when one requester alone has jobs that wait, in their order, and none
//    that another slot could execute. Whoever comes with a job meanwhile waits for about SHORT longer at most.
// 2. A job is given ahead at most once. What comes back from a slot waits its turn in front of those given never.
// 3. Only what is known to be short is given, by how long the last runs of its cell took.

import type { CellId, PeerId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import { VersionedMap } from "../base/VersionedMap.ts";
import type { AgentJob } from "./agentJob.ts";
import type { AgentJobs } from "./AgentJobs.ts";
import { kernelOf } from "./agentQueue.ts";
import type { JobKey } from "./jobKey.ts";
import type { OfferMessage } from "./jobMessage.ts";

/** A cell whose runs took less than this, on average, is short: the next one is at hand when it ends. */
const SHORT: Milliseconds = ms(40);
/** As much work waits in a slot behind what executes there, or one job; and as many jobs, whose frames are in the pipe. */
const AHEAD: Milliseconds = ms(10);
const AHEAD_JOBS = 32;
/** The mean follows the last runs: this much of it is the newest. */
const NEWEST = 0.2;
/** Cells that are remembered; above it the one that ran longest ago is forgotten. */
const CELLS_LIMIT = 512;

type CellOfPeer = `${PeerId} ${CellId}`;

interface Lane {
  /** In the order in which they were given. */
  readonly given: readonly JobKey[];
  /** How long they are taken to need together. */
  readonly work: number;
}

export interface Lanes {
  /** Left out for slots to which nothing was given ahead. */
  readonly of: VersionedMap<JobKey, Lane>;
  /** How long cells take. */
  readonly took: VersionedMap<CellOfPeer, number>;
}

export const createLanes = (): Lanes => ({ of: VersionedMap.of(), took: VersionedMap.of() });

/** A job that may be given to the slot of a lane. */
export interface Gift {
  readonly job: AgentJob;
  readonly offer: OfferMessage;
  readonly lane: JobKey;
  readonly lanes: Lanes;
}

/** The next job to be given ahead, if there is one. */
export function nextGift(lanes: Lanes, jobs: AgentJobs): Gift | undefined {
  if (jobs.countIn("waiting") === 0 || jobs.waitingRequesters > 1) return undefined;
  const running = jobs.in("running");
  const full = new Set(running.filter((one) => isFull(lanes, laneOf(one))).map(laneOf));
  if (full.size === running.length) return undefined;
  let priority: number | undefined;
  for (const job of jobs.in("waiting")) {
    if (job.stage.name !== "queued") return undefined;
    const { offer, given } = job.stage;
    priority ??= offer.priority;
    if (given === "returned" || offer.priority !== priority) return undefined;
    const time = lanes.took.get(`${job.from} ${offer.program.cell}`);
    const lane = laneFor(job, offer, running, lanes);
    // A slot of its own could execute it, or it may take long: nothing behind it goes first.
    if (lane === undefined || time === undefined || time >= SHORT) return undefined;
    if (!full.has(lane)) return { job, offer, lane, lanes: add(lanes, lane, job.key, time) };
  }
  return undefined;
}

/** The job that is next in a lane, or undefined. */
export function nextIn({ of }: Lanes, lane: JobKey): JobKey | undefined {
  return of.get(lane)?.given[0];
}

/** A job is not in its lane any more. */
export function removeFrom(lanes: Lanes, lane: JobKey, key: JobKey): Lanes {
  const known = lanes.of.get(lane);
  if (known?.given.includes(key) !== true) return lanes;
  const given = known.given.filter((one) => one !== key);
  if (given.length === 0) return { ...lanes, of: lanes.of.without(lane) };
  const work = (known.work * given.length) / known.given.length;
  return { ...lanes, of: lanes.of.with(lane, { given, work }) };
}

/** The lane that holds a job. */
export function laneWith({ of }: Lanes, key: JobKey): JobKey | undefined {
  return of.keys().find((lane) => of.get(lane)?.given.includes(key));
}

/** A run of a cell took so long. */
export function noteTime(lanes: Lanes, { from, about }: AgentJob, time: number): Lanes {
  if (about === undefined) return lanes;
  const name = `${from} ${about.cell}` as const;
  const mean = lanes.took.get(name);
  const next = mean === undefined ? time : mean * (1 - NEWEST) + time * NEWEST;
  const added = lanes.took.with(name, next);
  const oldest = added.size > CELLS_LIMIT ? added.firstKey : undefined;
  return { ...lanes, took: oldest === undefined ? added : added.without(oldest) };
}

function add(lanes: Lanes, lane: JobKey, key: JobKey, time: number): Lanes {
  const { given = [], work = 0 } = lanes.of.get(lane) ?? {};
  return { ...lanes, of: lanes.of.with(lane, { given: [...given, key], work: work + time }) };
}

function isFull({ of }: Lanes, lane: JobKey): boolean {
  const known = of.get(lane);
  return known !== undefined && (known.given.length >= AHEAD_JOBS || known.work >= AHEAD);
}

const laneOf = (job: AgentJob): JobKey => (job.stage.name === "running" ? job.stage.lane : job.key);

/** Where what executes now must end before the job can begin. */
function laneFor(job: AgentJob, offer: OfferMessage, running: readonly AgentJob[], lanes: Lanes): JobKey | undefined {
  if (offer.anyKernel !== true) {
    const same = running.find((one) => kernelOf(one) === kernelOf(job));
    return same && laneOf(same);
  }
  const alike = running.filter(({ from, stage }) => {
    return from === job.from && stage.name === "running" && stage.shared === offer.notebook;
  });
  const work = (lane: JobKey): number => lanes.of.get(lane)?.given.length ?? 0;
  return alike.map(laneOf).reduce<JobKey | undefined>((least, lane) => {
    return least === undefined || work(lane) < work(least) ? lane : least;
  }, undefined);
}
