import type { PeerId, RunId } from "../base/ids.ts";
import type { AgentJob } from "./agentJob.ts";
import type { JobKey } from "./jobKey.ts";

/** `ahead`: it waits in a slot, behind one that executes there. */
export type Place = "waiting" | "ahead" | "running" | "finished";
export const PLACES = ["running", "ahead", "waiting", "finished"] as const;

type JobName = `${PeerId} ${RunId}`;

/** An agent's jobs, by everything that is asked of them at each event. Changes; see AgentJobs for what never does. */
export class JobTables {
  readonly all = new Map<JobKey, AgentJob>();
  readonly places: Readonly<Record<Place, Map<JobKey, AgentJob>>> = {
    waiting: new Map(),
    ahead: new Map(),
    running: new Map(),
    finished: new Map(),
  };
  /** How many jobs of each requester have not ended; one that has none is not in it. */
  readonly active = new Map<PeerId, number>();
  /** How many of them wait. */
  readonly waiting = new Map<PeerId, number>();
  /** Bytes of output of those that ended. */
  finishedSize = 0;
  readonly #attempts = new Map<JobName, readonly number[]>();

  static of(jobs: Iterable<AgentJob> = []): JobTables {
    const tables = new JobTables();
    for (const job of jobs) tables.put(job);
    return tables;
  }

  /** Adds a job, or replaces it; gives what was there. */
  put(job: AgentJob): AgentJob | undefined {
    const { key } = job;
    const before = this.all.get(key);
    const place = placeOf(job);
    if (before !== undefined) {
      const from = placeOf(before);
      if (from !== place) this.places[from].delete(key);
      this.#count(before, from, -1);
    }
    this.all.set(key, job);
    if (isReturned(job) && !this.places[place].has(key)) this.#putReturned(job);
    else this.places[place].set(key, job);
    this.#count(job, place, 1);
    if (before === undefined) {
      const known = this.#attempts.get(nameOf(job));
      const all = known === undefined ? [job.attempt] : [...known, job.attempt].sort((one, other) => one - other);
      this.#attempts.set(nameOf(job), all);
    }
    return before;
  }

  /** Gives what was there. */
  remove(key: JobKey): AgentJob | undefined {
    const job = this.all.get(key);
    if (job === undefined) return undefined;
    const place = placeOf(job);
    this.all.delete(key);
    this.places[place].delete(key);
    this.#count(job, place, -1);
    const left = this.#attempts.get(nameOf(job))?.filter((attempt) => attempt !== job.attempt) ?? [];
    if (left.length === 0) this.#attempts.delete(nameOf(job));
    else this.#attempts.set(nameOf(job), left);
    return job;
  }

  attemptsOf(from: PeerId, job: RunId): readonly AgentJob[] {
    const attempts = this.#attempts.get(`${from} ${job}`);
    if (attempts === undefined) return [];
    return attempts.flatMap((attempt) => this.all.get(`${from} ${job} ${attempt}`) ?? []);
  }

  /** One that came back from a slot goes before those that were never given to one, and behind those that came back before. */
  #putReturned(job: AgentJob): void {
    const { waiting } = this.places;
    const others = [...waiting.values()];
    const first = others.findIndex((one) => !isReturned(one));
    const behind = first < 0 ? [] : others.slice(first);
    for (const { key } of behind) waiting.delete(key);
    for (const one of [job, ...behind]) waiting.set(one.key, one);
  }

  #count({ from, size }: AgentJob, place: Place, change: 1 | -1): void {
    if (place === "finished") this.finishedSize += change * size;
    else add(this.active, from, change);
    if (place === "waiting") add(this.waiting, from, change);
  }
}

const nameOf = ({ from, job }: AgentJob): JobName => `${from} ${job}`;

function placeOf({ stage }: AgentJob): Place {
  if (stage.name !== "queued") return stage.name;
  return stage.given === "ahead" ? "ahead" : "waiting";
}

const isReturned = ({ stage }: AgentJob): boolean => stage.name === "queued" && stage.given === "returned";

function add(counts: Map<PeerId, number>, peer: PeerId, change: 1 | -1): void {
  const next = (counts.get(peer) ?? 0) + change;
  if (next === 0) counts.delete(peer);
  else counts.set(peer, next);
}
