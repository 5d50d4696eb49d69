import { totalmem } from "node:os";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { KernelId, PeerId, RoomId, RunId } from "#shared/base/ids.ts";
import type { StopSignal } from "#shared/base/StopSignal.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds } from "#shared/base/units.ts";
import { jobKey, type JobKey } from "#shared/jobs/jobKey.ts";
import type { AgentEnd, OfferMessage } from "#shared/jobs/jobMessage.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { JobExecutor, JobReport, JobReportAhead } from "#shared/session/agent/JobExecutor.ts";
import type { DenoKernel } from "./DenoKernel.ts";
import { SlotRun } from "./SlotRun.ts";

/** What an idle kernel holds: some 50 MB, and what its cells made. */
const IDLE_MEMORY: Bytes = mib(64);
/** Part of this computer's memory that idle kernels may hold: it is somebody's laptop. */
const MEMORY_PART = 1 / 8;
/** Kernels that keep their values while nothing executes in them: a class of thirty, where there is memory for it. */
const IDLE_KERNELS = Math.max(8, Math.min(64, Math.floor((totalmem() * MEMORY_PART) / IDLE_MEMORY)));
/** A kernel nobody used for this long is ended; its cells are executed again when they are needed. */
const IDLE_LIMIT: Milliseconds = seconds(15 * 60);
/** One for jobs that need no values waits only for the next of these, which usually comes at once. */
const SHARED_IDLE_LIMIT: Milliseconds = seconds(30);
/** The next spare slot starts when the one taken has begun its work: starting takes a core for 80 ms. */
const RESTOCK: Milliseconds = ms(250);

interface Assigned {
  readonly author: PeerId;
  readonly notebook: RoomId;
  readonly kernel: DenoKernel;
  /** Its name for its author; undefined where jobs that need no values take turns in it. */
  readonly id: KernelId | undefined;
  /** It is taken, or executes. */
  busy: boolean;
  /** Executions that it has, and the name under which it is given more until something else begins there. */
  jobs: number;
  lane: JobKey | undefined;
  stopIdling: Dispose;
}

/**
 * The agent's slots. A slot is given to one kernel of one author's notebook and never to another; when it is not needed
 * any more it is ended and a new one takes its place. One spare slot is kept warm.
 */
export class SlotPool implements JobExecutor {
  readonly #start: () => Promise<DenoKernel>;
  readonly #clock: Clock;
  /** The one used longest ago comes first. */
  readonly #assigned = new Map<string, Assigned>();
  readonly #lanes = new Map<JobKey, Assigned>();
  readonly #lost = new Emitter<{ readonly author: PeerId; readonly kernel: KernelId }>();
  readonly #late = new Emitter<{ readonly author: PeerId; readonly run: RunId; readonly error: CellOutput }>();
  #spare: Promise<DenoKernel> | undefined;
  #stopRestock: Dispose = () => {};
  #closed = false;

  constructor(start: () => Promise<DenoKernel>, clock: Clock) {
    this.#start = start;
    this.#clock = clock;
    this.#restock();
  }

  async execute(author: PeerId, offer: OfferMessage, report: JobReport, signal: StopSignal): Promise<AgentEnd> {
    const known = this.#known(author, offer);
    if (known === undefined ? !offer.fresh : known.notebook !== offer.notebook) {
      return { status: "failed", code: "kernel-lost", message: "the values of earlier cells are not there any more" };
    }
    // Without a pause where it is known: in the same turn more may be given to its lane.
    const assigned = known ?? (await this.#startFor(author, offer));
    if (known === undefined) report.kernelStarted();
    if (assigned.lane !== undefined) this.#lanes.delete(assigned.lane);
    assigned.lane = jobKey(author, offer.job, offer.attempt);
    this.#lanes.set(assigned.lane, assigned);
    const run = new SlotRun({ kernel: assigned.kernel, offer, report, clock: this.#clock });
    return this.#occupy(assigned, () => run.execute(signal));
  }

  async executeAhead(
    lane: JobKey,
    offer: OfferMessage,
    report: JobReportAhead,
    signal: StopSignal,
  ): Promise<AgentEnd | "returned"> {
    const assigned = this.#lanes.get(lane);
    if (assigned === undefined) return "returned";
    const run = new SlotRun({ kernel: assigned.kernel, offer, report, clock: this.#clock });
    return this.#occupy(assigned, () => run.executeAhead(signal, report.began));
  }

  async #occupy<End>(assigned: Assigned, run: () => Promise<End>): Promise<End> {
    assigned.busy = true;
    assigned.jobs += 1;
    assigned.stopIdling();
    try {
      return await run();
    } finally {
      assigned.jobs -= 1;
      if (assigned.jobs === 0) this.#leave(assigned);
    }
  }

  /** Its lane stays: what ended just now may be news to whoever gives jobs ahead. */
  #leave(assigned: Assigned): void {
    assigned.busy = false;
    if (!assigned.kernel.lost) this.#idle(assigned);
  }

  release(author: PeerId, kernel: KernelId): void {
    this.#assigned.get(nameOf(author, kernel))?.kernel.close();
  }

  onLost(listener: (author: PeerId, kernel: KernelId) => void): Dispose {
    return this.#lost.subscribe(({ author, kernel }) => listener(author, kernel));
  }

  onLate(listener: (author: PeerId, run: RunId, error: CellOutput) => void): Dispose {
    return this.#late.subscribe(({ author, run, error }) => listener(author, run, error));
  }

  close(): void {
    this.#closed = true;
    this.#stopRestock();
    void this.#spare?.then((kernel) => kernel.close());
    for (const { kernel } of [...this.#assigned.values()]) kernel.close();
  }

  /** The slot that has the values of this offer's kernel, or, if it needs none, one that is idle. */
  #known(author: PeerId, { notebook, kernel, anyKernel }: OfferMessage): Assigned | undefined {
    return anyKernel === true ? this.#sharedKernel(author, notebook) : this.#assigned.get(nameOf(author, kernel));
  }

  /** A new one. @throws KernelLostError if none starts */
  async #startFor(author: PeerId, { notebook, kernel: named, anyKernel }: OfferMessage): Promise<Assigned> {
    const id = anyKernel === true ? undefined : named;
    const kernel = await this.#take();
    const assigned: Assigned = {
      author,
      notebook,
      kernel,
      id,
      busy: true,
      jobs: 0,
      lane: undefined,
      stopIdling: () => {},
    };
    const name = nameIn(assigned);
    this.#assigned.set(name, assigned);
    kernel.late.listen((run, error) => this.#late.emit({ author, run, error }));
    kernel.onLost = () => {
      assigned.stopIdling();
      if (this.#assigned.get(name) === assigned) this.#assigned.delete(name);
      if (assigned.lane !== undefined) this.#lanes.delete(assigned.lane);
      if (id !== undefined) this.#lost.emit({ author, kernel: id });
    };
    return assigned;
  }

  /** One in which an earlier job of this author's notebook has ended that, like this one, needed no values. */
  #sharedKernel(author: PeerId, notebook: RoomId): Assigned | undefined {
    for (const one of this.#assigned.values()) {
      if (one.id !== undefined || one.busy || one.author !== author || one.notebook !== notebook) continue;
      // Now, before anything is awaited: a second job must not take it, too.
      one.busy = true;
      return one;
    }
    return undefined;
  }

  async #take(): Promise<DenoKernel> {
    // Taken before it is awaited: of two jobs that start at once, the second must not get the same slot.
    const taken = this.#spare;
    this.#spare = undefined;
    this.#stopRestock();
    if (!this.#closed) this.#stopRestock = this.#clock.after(RESTOCK, () => this.#restock());
    const spare = await taken?.catch(() => undefined);
    return spare === undefined || spare.lost ? this.#start() : spare;
  }

  #restock(): void {
    this.#spare ??= this.#start();
    // A slot that does not start is told to whoever needs it; see #take.
    this.#spare.catch(() => {});
  }

  #idle(assigned: Assigned): void {
    const name = nameIn(assigned);
    // Put last: it was used just now.
    this.#assigned.delete(name);
    this.#assigned.set(name, assigned);
    const limit = assigned.id === undefined ? SHARED_IDLE_LIMIT : IDLE_LIMIT;
    assigned.stopIdling = this.#clock.after(limit, () => assigned.kernel.close());
    const idle = [...this.#assigned.values()].filter(({ busy }) => !busy);
    if (idle.length > IDLE_KERNELS) idle[0]?.kernel.close();
  }
}

const nameOf = (author: PeerId, kernel: KernelId): string => `${author} ${kernel}`;
/** No author can name a shared one: its id is the kernel's own, followed by what no id has. */
const nameIn = ({ author, id, kernel }: Assigned): string =>
  nameOf(author, id ?? kernel.id) + (id === undefined ? " *" : "");
