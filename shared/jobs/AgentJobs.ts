import type { PeerId, RunId } from "../base/ids.ts";
import { bytes, type Bytes } from "../base/units.ts";
import { VersionedMap } from "../base/VersionedMap.ts";
import type { AgentJob } from "./agentJob.ts";
import { keyOf, type JobKey } from "./jobKey.ts";

/** `ahead`: it waits in a slot, behind one that executes there. */
type Place = "waiting" | "ahead" | "running" | "finished";
const PLACES = ["running", "ahead", "waiting", "finished"] as const;

type Maps = Readonly<Record<Place, VersionedMap<JobKey, AgentJob>>>;

interface Counts {
  /** Jobs that have not ended, of each requester that has any; and of those that wait. */
  readonly active: VersionedMap<PeerId, number>;
  readonly waiting: VersionedMap<PeerId, number>;
  readonly attempts: VersionedMap<`${PeerId} ${RunId}`, readonly number[]>;
  /** Output of those that ended. */
  readonly size: Bytes;
}

/**
 * All jobs of an agent. Never changes: `with` and `without` give another. What is asked at each event costs the same,
 * however many there are. Jobs of one place come in the order in which they came there.
 */
export class AgentJobs {
  readonly #maps: Maps;
  readonly #counts: Counts;

  static of(jobs: Iterable<AgentJob> = []): AgentJobs {
    const none = VersionedMap.of<JobKey, AgentJob>();
    const empty = { active: VersionedMap.of<PeerId, number>(), waiting: VersionedMap.of<PeerId, number>() };
    let all = new AgentJobs(
      { waiting: none, ahead: none, running: none, finished: none },
      { ...empty, attempts: VersionedMap.of(), size: bytes(0) },
    );
    for (const job of jobs) all = all.with(job);
    return all;
  }

  private constructor(maps: Maps, counts: Counts) {
    this.#maps = maps;
    this.#counts = counts;
  }

  get size(): number {
    return PLACES.reduce((sum, place) => sum + this.#maps[place].size, 0);
  }

  get(key: JobKey): AgentJob | undefined {
    for (const place of PLACES) {
      const job = this.#maps[place].get(key);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  with(job: AgentJob): AgentJobs {
    const key = keyOf(job);
    const before = this.get(key);
    const [from, to] = [before && placeOf(before), placeOf(job)];
    const left =
      from === undefined || from === to ? this.#maps : { ...this.#maps, [from]: this.#maps[from].without(key) };
    const maps = { ...left, [to]: put(left[to], key, job) };
    return new AgentJobs(maps, count(this.#counts, before, job));
  }

  without(key: JobKey): AgentJobs {
    const job = this.get(key);
    if (job === undefined) return this;
    const place = placeOf(job);
    const maps = { ...this.#maps, [place]: this.#maps[place].without(key) };
    return new AgentJobs(maps, count(this.#counts, job, undefined));
  }

  /** Those that were taken from a slot come first of those that wait; otherwise the first that came. */
  in(place: Place): readonly AgentJob[] {
    return this.#maps[place].values();
  }

  countIn(place: Place): number {
    return this.#maps[place].size;
  }

  /** The one that ended longest ago. */
  get firstFinished(): AgentJob | undefined {
    const key = this.#maps.finished.firstKey;
    return key === undefined ? undefined : this.#maps.finished.get(key);
  }

  /** Bytes of output of those that ended. */
  get finishedSize(): Bytes {
    return this.#counts.size;
  }

  /** Jobs that wait or execute, of each requester that has any. */
  get active(): VersionedMap<PeerId, number> {
    return this.#counts.active;
  }

  /** Requesters of those that wait. */
  get waitingRequesters(): number {
    return this.#counts.waiting.size;
  }

  /** True if this requester has a job that waits. */
  hasWaiting(from: PeerId): boolean {
    return this.#counts.waiting.has(from);
  }

  /** True if somebody else has a job that waits. */
  othersWait(from: PeerId): boolean {
    const { waiting } = this.#counts;
    return waiting.size > (waiting.has(from) ? 1 : 0);
  }

  /** Every attempt of a job that is known, the earliest first. */
  attemptsOf(from: PeerId, job: RunId): readonly AgentJob[] {
    const attempts = this.#counts.attempts.get(`${from} ${job}`) ?? [];
    return attempts.flatMap((attempt) => this.get(keyOf({ from, job, attempt })) ?? []);
  }

  values(): readonly AgentJob[] {
    return PLACES.flatMap((place) => this.#maps[place].values());
  }

  keys(): readonly JobKey[] {
    return PLACES.flatMap((place) => this.#maps[place].keys());
  }
}

function placeOf({ stage }: AgentJob): Place {
  if (stage.name !== "queued") return stage.name;
  return stage.given === "ahead" ? "ahead" : "waiting";
}

/** One that came back from a slot goes before those that were never given to one, and behind those that came back before. */
function put(map: VersionedMap<JobKey, AgentJob>, key: JobKey, job: AgentJob): VersionedMap<JobKey, AgentJob> {
  if (!isReturned(job) || map.has(key)) return map.with(key, job);
  const entries = [...map.values()].map((one) => [keyOf(one), one] as const);
  const at = entries.findIndex(([, one]) => !isReturned(one));
  const back = at < 0 ? entries.length : at;
  return VersionedMap.of([...entries.slice(0, back), [key, job], ...entries.slice(back)]);
}

const isReturned = ({ stage }: AgentJob): boolean => stage.name === "queued" && stage.given === "returned";

function count(counts: Counts, before: AgentJob | undefined, after: AgentJob | undefined): Counts {
  const one = before ?? after;
  if (one === undefined) return counts;
  const { from, job, attempt } = one;
  const is = (one: AgentJob | undefined, place: Place): boolean => one !== undefined && placeOf(one) === place;
  const isActive = (one: AgentJob | undefined): boolean => one !== undefined && one.stage.name !== "finished";
  const sizeOf = (one: AgentJob | undefined): number => (is(one, "finished") ? (one?.size ?? 0) : 0);
  const name = `${from} ${job}` as const;
  let { attempts } = counts;
  if (before === undefined || after === undefined) {
    const known = attempts.get(name) ?? [];
    const left = before === undefined ? [...known, attempt].sort((a, b) => a - b) : known.filter((n) => n !== attempt);
    attempts = left.length === 0 ? attempts.without(name) : attempts.with(name, left);
  }
  return {
    active: add(counts.active, from, Number(isActive(after)) - Number(isActive(before))),
    waiting: add(counts.waiting, from, Number(is(after, "waiting")) - Number(is(before, "waiting"))),
    attempts,
    size: bytes(counts.size + sizeOf(after) - sizeOf(before)),
  };
}

function add(counts: VersionedMap<PeerId, number>, peer: PeerId, change: number): VersionedMap<PeerId, number> {
  if (change === 0) return counts;
  const next = (counts.get(peer) ?? 0) + change;
  return next === 0 ? counts.without(peer) : counts.with(peer, next);
}
