import type { Dispose } from "../../base/dispose.ts";
import type { PeerId } from "../../base/ids.ts";
import { kib, ms, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";
import type { AgentJob } from "../../jobs/agentJob.ts";
import type { JobKey } from "../../jobs/jobKey.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { RunDelivery } from "../../ports/RunDelivery.ts";
import { runSoFar } from "./finishedRun.ts";
import { LEFT_AFTER } from "./LeftRuns.ts";

/** What a run prints reaches its notebook no more often than this … */
const SO_FAR_EVERY: Milliseconds = seconds(1);
/** … and no more of it a second than this: the host stores all of it each time, and keeps what is replaced for a month. */
const SO_FAR_RATE: Bytes = kib(32);
/** A host that could not be asked is asked again after this. */
const RETRY: Milliseconds = seconds(5);

export interface LeftOutputOptions {
  readonly clock: Clock;
  readonly delivery: RunDelivery;
  /** What is known, and who is here. */
  readonly state: () => {
    readonly jobs: { in(place: "running"): readonly AgentJob[] };
    readonly here: ReadonlySet<PeerId>;
  };
}

/** A job whose requester is away. */
interface Left {
  /** Of its output, what the notebook has. */
  readonly chunks: number;
  /** When more may be told; never, where the notebook waits for nothing of it. */
  readonly next: Milliseconds;
}

/** Has what runs print while their requesters are away written into their notebooks, as far as it came. */
export class LeftOutput {
  readonly #options: LeftOutputOptions;
  readonly #left = new Map<JobKey, Left>();
  #stopTimer: Dispose | undefined;
  #telling = false;
  #closed = false;

  constructor(options: LeftOutputOptions) {
    this.#options = options;
  }

  /** Somebody left, or something was printed: there may be something to tell in a while. */
  note(): void {
    if (this.#closed || this.#telling || this.#stopTimer !== undefined || this.#untold().length === 0) return;
    this.#stopTimer = this.#options.clock.after(SO_FAR_EVERY, () => {
      this.#stopTimer = undefined;
      void this.#look();
    });
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer?.();
  }

  async #look(): Promise<void> {
    this.#telling = true;
    const now = this.#options.clock.monotonic();
    for (const job of this.#untold()) {
      const left = this.#left.get(job.key);
      if (left !== undefined && now >= left.next) await this.#tell(job, left);
    }
    this.#telling = false;
    this.note();
  }

  /** Jobs that execute while nobody waits for them, with output that the notebook does not have. */
  #untold(): readonly AgentJob[] {
    const { clock, state } = this.#options;
    const { jobs, here } = state();
    const running = jobs.in("running").filter(({ about, from }) => about !== undefined && !here.has(from));
    const keys = new Set(running.map(({ key }) => key));
    for (const key of this.#left.keys()) if (!keys.has(key)) this.#left.delete(key);
    const first = ms(clock.monotonic() + LEFT_AFTER);
    for (const key of keys) {
      if (!this.#left.has(key)) this.#left.set(key, { chunks: 0, next: first });
    }
    return running.filter((job) => {
      const left = this.#left.get(job.key);
      return left !== undefined && left.next !== Infinity && job.chunks.length > left.chunks;
    });
  }

  async #tell(job: AgentJob, left: Left): Promise<void> {
    const { clock, delivery, state } = this.#options;
    const run = runSoFar(job);
    // It may be back, or have ended, while another was told.
    if (this.#closed || run === undefined || job.about === undefined || state().here.has(job.from)) return;
    const body = new TextEncoder().encode(JSON.stringify(run));
    const answer = await delivery.deliver(job.about.notebook, body);
    const pace = answer === "later" ? RETRY : Math.max(SO_FAR_EVERY, seconds(body.byteLength / SO_FAR_RATE));
    const next = answer === "refused" ? Infinity : clock.monotonic() + pace;
    const chunks = answer === "written" ? job.chunks.length : left.chunks;
    this.#left.set(job.key, { chunks, next: ms(next) });
  }
}
