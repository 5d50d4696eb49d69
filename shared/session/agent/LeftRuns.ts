import type { Dispose } from "../../base/dispose.ts";
import type { PeerId, RoomId } from "../../base/ids.ts";
import type { TraceParent } from "../../base/traceParent.ts";
import { ms, seconds, type Milliseconds } from "../../base/units.ts";
import type { AgentJob } from "../../jobs/agentJob.ts";
import type { JobKey } from "../../jobs/jobKey.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { RunDelivery } from "../../ports/RunDelivery.ts";
import { finishedRun } from "./finishedRun.ts";

/** A requester that is away for this long has closed its lid: longer than a reload, or a broken connection, takes. */
export const LEFT_AFTER: Milliseconds = seconds(3);
/** A host that could not be asked is asked again after this, then after twice as long each time, up to the second. */
const FIRST_RETRY: Milliseconds = seconds(2);
const LAST_RETRY: Milliseconds = seconds(60);

export interface LeftRunsOptions {
  readonly clock: Clock;
  readonly delivery: RunDelivery;
  /** The span of a job's execution; undefined where nobody traces it. */
  readonly contextOf?: (key: JobKey) => TraceParent | undefined;
  /** All that is known, and who is here. */
  readonly state: () => { readonly jobs: { values(): Iterable<AgentJob> }; readonly here: ReadonlySet<PeerId> };
}

/**
 * Has the ends of runs whose requesters have left written into their notebooks. They stay in the outbox all the same: a
 * requester that comes back with an old copy of the notebook is told the same end, and writes the same record.
 */
export class LeftRuns {
  readonly #options: LeftRunsOptions;
  readonly #awaySince = new Map<PeerId, Milliseconds>();
  /** Those that need no more: written, or not wanted. */
  readonly #done = new Set<JobKey>();
  readonly #written = new Set<JobKey>();
  #retry: Milliseconds = FIRST_RETRY;
  #stopTimer: Dispose | undefined;
  #delivering = false;
  #closed = false;

  constructor(options: LeftRunsOptions) {
    this.#options = options;
  }

  /** Somebody left, or something ended: there may be something to do in a while. */
  note(): void {
    if (!this.#delivering) this.#checkAfter(LEFT_AFTER);
  }

  /** The jobs named are not known any more. */
  forget(key: JobKey): void {
    this.#done.delete(key);
    this.#written.delete(key);
  }

  /**
   * Has written at once what else would be in a while, for an agent that leaves, as far as the host answers within `limit`.
   * Resolves with how many ends are in no notebook.
   */
  async leave(limit: Milliseconds): Promise<number> {
    const { clock, state } = this.#options;
    const { jobs, here } = state();
    await new Promise<void>((resolve) => {
      const stop = clock.after(limit, resolve);
      void this.#deliverAll([...jobs.values()].filter((job) => this.#isOpen(job, here))).then(() => {
        stop();
        resolve();
      });
    });
    return [...state().jobs.values()].filter(({ key, stage }) => stage.name === "finished" && !this.#written.has(key))
      .length;
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer?.();
  }

  #checkAfter(delay: Milliseconds): void {
    if (this.#closed || this.#stopTimer !== undefined) return;
    this.#stopTimer = this.#options.clock.after(delay, () => {
      this.#stopTimer = undefined;
      void this.#check();
    });
  }

  async #check(): Promise<void> {
    this.#delivering = true;
    const outcome = await this.#deliverAll(this.#left());
    this.#delivering = false;
    this.#retry = outcome === "later" ? ms(Math.min(LAST_RETRY, this.#retry * 2)) : FIRST_RETRY;
    if (outcome === "later") this.#checkAfter(this.#retry);
    else if (this.#awaySince.size > 0 && this.#left().length > 0) this.#checkAfter(ms(0));
    else if (this.#isAnyWaiting()) this.#checkAfter(LEFT_AFTER);
  }

  async #deliverAll(left: readonly AgentJob[]): Promise<"done" | "later"> {
    for (const job of left) {
      const { here } = this.#options.state();
      const run = finishedRun(job);
      if (here.has(job.from) || this.#closed) continue;
      const body = new TextEncoder().encode(JSON.stringify(run));
      const notebook = job.about?.notebook;
      const answer = notebook === undefined ? "refused" : await this.#deliver(notebook, body, job.key);
      // The others would fare alike.
      if (answer === "later") return "later";
      if (answer === "written") this.#written.add(job.key);
      this.#done.add(job.key);
    }
    return "done";
  }

  #deliver(notebook: RoomId, body: Uint8Array, key: JobKey): ReturnType<RunDelivery["deliver"]> {
    return this.#options.delivery.deliver(notebook, body, this.#options.contextOf?.(key));
  }

  /** Ends of requesters that have been away for long enough. */
  #left(): readonly AgentJob[] {
    const { clock, state } = this.#options;
    const { jobs, here } = state();
    const now = clock.monotonic();
    for (const peer of this.#awaySince.keys()) if (here.has(peer)) this.#awaySince.delete(peer);
    return [...jobs.values()].filter((job) => {
      if (!this.#isOpen(job, here)) return false;
      const since = this.#awaySince.get(job.from);
      if (since === undefined) this.#awaySince.set(job.from, now);
      return since !== undefined && now - since >= LEFT_AFTER;
    });
  }

  #isAnyWaiting(): boolean {
    const { jobs, here } = this.#options.state();
    return [...jobs.values()].some((job) => this.#isOpen(job, here));
  }

  #isOpen(job: AgentJob, here: ReadonlySet<PeerId>): boolean {
    const ended = job.stage.name === "finished" && job.about !== undefined;
    return ended && !here.has(job.from) && !this.#done.has(job.key);
  }
}
