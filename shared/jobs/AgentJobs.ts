import type { PeerId, RunId } from "../base/ids.ts";
import { bytes, type Bytes } from "../base/units.ts";
import type { AgentJob } from "./agentJob.ts";
import { JobTables, PLACES, type Place } from "./JobTables.ts";
import type { JobKey } from "./jobKey.ts";

/** What the next version changed: the job before and after, each undefined where there was, or is, none. */
interface Change {
  readonly before: AgentJob | undefined;
  readonly after: AgentJob | undefined;
}

/**
 * All jobs of an agent. Never changes: `with` and `without` give another. The newest version, which is the one that a
 * machine's state holds, is as fast to read and to change as Maps are, however many jobs there are; an older one that is
 * read again gets tables of its own. Jobs of one place come in the order in which they came there; one that came back into
 * such a copy comes last.
 */
export class AgentJobs {
  /** Undefined if they are a later version's, with one change to take back. */
  #own: JobTables | undefined;
  #next: AgentJobs | undefined;
  #change: Change | undefined;

  static of(jobs: Iterable<AgentJob> = []): AgentJobs {
    return new AgentJobs(JobTables.of(jobs));
  }

  private constructor(tables: JobTables) {
    this.#own = tables;
  }

  get size(): number {
    return this.#tables.all.size;
  }

  get(key: JobKey): AgentJob | undefined {
    return this.#tables.all.get(key);
  }

  with(job: AgentJob): AgentJobs {
    const tables = this.#tables;
    return this.#hand(tables, { before: tables.put(job), after: job });
  }

  without(key: JobKey): AgentJobs {
    const tables = this.#tables;
    const before = tables.remove(key);
    return before === undefined ? this : this.#hand(tables, { before, after: undefined });
  }

  /** Those that were taken from a slot come first of those that wait; otherwise the first that came. */
  in(place: Place): readonly AgentJob[] {
    return [...this.#tables.places[place].values()];
  }

  /** As `in`, without a copy: to be gone through before the jobs change. */
  each(place: Place): Iterable<AgentJob> {
    return this.#tables.places[place].values();
  }

  countIn(place: Place): number {
    return this.#tables.places[place].size;
  }

  /** The one that ended longest ago. */
  get firstFinished(): AgentJob | undefined {
    for (const job of this.#tables.places.finished.values()) return job;
    return undefined;
  }

  /** Bytes of output of those that ended. */
  get finishedSize(): Bytes {
    return bytes(this.#tables.finishedSize);
  }

  /** Whose jobs wait or execute. */
  get requesters(): readonly PeerId[] {
    return [...this.#tables.active.keys()];
  }

  get requesterCount(): number {
    return this.#tables.active.size;
  }

  /** How many jobs of a requester wait or execute. */
  countOf(from: PeerId): number {
    return this.#tables.active.get(from) ?? 0;
  }

  /** Requesters of those that wait. */
  get waitingRequesters(): number {
    return this.#tables.waiting.size;
  }

  /** True if this requester has a job that waits. */
  hasWaiting(from: PeerId): boolean {
    return this.#tables.waiting.has(from);
  }

  /** True if somebody else has a job that waits. */
  othersWait(from: PeerId): boolean {
    return this.waitingRequesters > (this.hasWaiting(from) ? 1 : 0);
  }

  /** Every attempt of a job that is known, the earliest first. */
  attemptsOf(from: PeerId, job: RunId): readonly AgentJob[] {
    return this.#tables.attemptsOf(from, job);
  }

  values(): readonly AgentJob[] {
    return PLACES.flatMap((place) => this.in(place));
  }

  keys(): readonly JobKey[] {
    return PLACES.flatMap((place) => [...this.#tables.places[place].keys()]);
  }

  #hand(tables: JobTables, change: Change): AgentJobs {
    const next = new AgentJobs(tables);
    this.#own = undefined;
    this.#next = next;
    this.#change = change;
    return next;
  }

  get #tables(): JobTables {
    return this.#own ?? this.#copy();
  }

  #copy(): JobTables {
    const older: AgentJobs[] = [this];
    // Not by recursion: between an old version and the newest there may be thousands.
    let newer = this.#next;
    while (newer !== undefined && newer.#own === undefined) {
      older.push(newer);
      newer = newer.#next;
    }
    const tables = JobTables.of(newer?.values());
    for (const version of older.reverse()) {
      const { before, after } = version.#change ?? {};
      if (before !== undefined) tables.put(before);
      else if (after !== undefined) tables.remove(after.key);
    }
    this.#own = tables;
    this.#next = undefined;
    this.#change = undefined;
    return tables;
  }
}
