import type { Dispose } from "../../base/dispose.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { AgentJob } from "../../jobs/agentJob.ts";
import type { JobKey } from "../../jobs/jobKey.ts";
import { decodeKeptEnd, encodeKeptEnd } from "../../jobs/keptEnd.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { EndStore } from "../../ports/EndStore.ts";

/**
 * An end is on its way to the disk at the latest after twice this long. Nearly all are confirmed sooner (`rcv` leaves
 * within 50 ms) and never cost a write: a crash that is quicker loses the attempt, as one just before the end would have.
 */
export const CONFIRMED_SOON: Milliseconds = ms(50);

/** Keeps the ends that nobody confirmed where a later life of the agent finds them. */
export class EndKeeper {
  readonly #store: EndStore;
  readonly #clock: Clock;
  /** Ended since the last turn of the timer, and before it. */
  #fresh = new Map<JobKey, AgentJob>();
  #older = new Map<JobKey, AgentJob>();
  readonly #stored = new Set<JobKey>();
  #stopTimer: Dispose | undefined;

  constructor(store: EndStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** What earlier lives left. */
  async load(): Promise<readonly AgentJob[]> {
    const records = await this.#store.load();
    const jobs = records.flatMap((record) => decodeKeptEnd(record, this.#clock.monotonic()) ?? []);
    for (const job of jobs) this.#stored.add(job.key);
    return jobs;
  }

  /** `waited`: its requester is there, and is likely to confirm it in a moment. */
  keep(job: AgentJob, waited: boolean): void {
    if (!waited) {
      this.#write(job);
      return;
    }
    this.#fresh.set(job.key, job);
    this.#stopTimer ??= this.#clock.after(CONFIRMED_SOON, () => this.#turn());
  }

  forget(key: JobKey): void {
    this.#fresh.delete(key);
    this.#older.delete(key);
    if (this.#stored.delete(key)) this.#store.remove(key);
  }

  /** Writes what is not written yet, without waiting for a confirmation. */
  hurry(): void {
    for (const job of [...this.#older.values(), ...this.#fresh.values()]) this.#write(job);
    this.#older.clear();
    this.#fresh.clear();
  }

  /** Resolves when everything is on the disk, or cannot be: then with false. */
  flush(): Promise<boolean> {
    this.hurry();
    return this.#store.flush();
  }

  async close(): Promise<void> {
    this.hurry();
    this.#stopTimer?.();
    await this.#store.close();
  }

  #turn(): void {
    this.#stopTimer = undefined;
    for (const job of this.#older.values()) this.#write(job);
    this.#older = this.#fresh;
    this.#fresh = new Map();
    if (this.#older.size > 0) this.#stopTimer = this.#clock.after(CONFIRMED_SOON, () => this.#turn());
  }

  #write(job: AgentJob): void {
    const record = encodeKeptEnd(job);
    if (record === undefined) return;
    this.#stored.add(job.key);
    this.#store.put(job.key, record);
  }
}
