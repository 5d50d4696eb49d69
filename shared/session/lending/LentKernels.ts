import type { Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import { messageOf, KernelLostError } from "../../base/errors.ts";
import type { KernelId, PeerId, RoomId, RunId } from "../../base/ids.ts";
import { systemSignal, type StopSignal } from "../../base/StopSignal.ts";
import { seconds, type Milliseconds } from "../../base/units.ts";
import { Value } from "../../base/value.ts";
import type { AgentEnd, OfferMessage } from "../../jobs/jobMessage.ts";
import type { CellOutput } from "../../notebook/output.ts";
import type { Clock } from "../../ports/Clock.ts";
import { ALLOWED, type Kernel } from "../../ports/Kernel.ts";
import type { LentKernel } from "../../ports/LendingPorts.ts";
import type { JobExecutor, JobReport } from "../agent/JobExecutor.ts";
import { LateAllowance } from "../agent/LateAllowance.ts";

/** A lent kernel that nobody used for this long is ended: it is somebody's browser, and others' values fill its memory. */
const IDLE_LIMIT: Milliseconds = seconds(3 * 60);
/** One in which only jobs ran that leave nothing waits for the next of these, which usually comes at once. */
const SHARED_IDLE_LIMIT: Milliseconds = seconds(30);
/** Kernels that keep values while nothing executes in them, some 50 MB each. */
const IDLE_KERNELS = 4;

interface Assigned {
  readonly author: PeerId;
  readonly notebook: RoomId;
  readonly lent: LentKernel;
  /** Its name for its author; undefined where jobs that need no values take turns in it. */
  readonly id: KernelId | undefined;
  readonly late: LateAllowance;
  busy: boolean;
  stopIdling: Dispose;
}

/** Kernels of this page that others' jobs execute in, each in a frame of its own: nothing goes from one author to another. */
export class LentKernels implements JobExecutor {
  /** Jobs that execute now. */
  readonly running = new Value(0);
  /** Jobs that have ended. */
  readonly ended = new Value(0);
  readonly #start: () => Promise<LentKernel>;
  readonly #clock: Clock;
  readonly #lost = new Emitter<{ readonly author: PeerId; readonly kernel: KernelId }>();
  readonly #late = new Emitter<{ readonly author: PeerId; readonly run: RunId; readonly error: CellOutput }>();
  /** The one used longest ago comes first. */
  readonly #assigned = new Set<Assigned>();
  #closed = false;

  constructor(start: () => Promise<LentKernel>, clock: Clock) {
    this.#start = start;
    this.#clock = clock;
  }

  async execute(author: PeerId, offer: OfferMessage, report: JobReport, stop: StopSignal): Promise<AgentEnd> {
    this.running.update((count) => count + 1);
    try {
      const assigned = await this.#assign(author, offer, report);
      if (assigned === undefined) return lost("the values of earlier cells are not there any more");
      return await this.#run(assigned, offer, report, stop);
    } catch (error) {
      return lost(messageOf(error));
    } finally {
      this.running.update((count) => count - 1);
      this.ended.update((count) => count + 1);
    }
  }

  release(author: PeerId, kernel: KernelId): void {
    for (const one of [...this.#assigned]) if (one.author === author && one.id === kernel) this.#end(one);
  }

  onLost(listener: (author: PeerId, kernel: KernelId) => void): Dispose {
    return this.#lost.subscribe(({ author, kernel }) => listener(author, kernel));
  }

  onLate(listener: (author: PeerId, run: RunId, error: CellOutput) => void): Dispose {
    return this.#late.subscribe(({ author, run, error }) => listener(author, run, error));
  }

  close(): void {
    this.#closed = true;
    for (const one of [...this.#assigned]) this.#end(one);
  }

  /** The kernel that has the values; or a new one if none are needed. */
  async #assign(author: PeerId, offer: OfferMessage, report: JobReport): Promise<Assigned | undefined> {
    const { notebook, fresh, kernel, anyKernel } = offer;
    const id = anyKernel === true ? undefined : kernel;
    const known = [...this.#assigned].find(
      (one) => one.author === author && one.notebook === notebook && one.id === id && !(id === undefined && one.busy),
    );
    if (known !== undefined && known.lent.kernel.lost !== true) {
      // Now, before anything is awaited: a second job must not take it, too.
      known.busy = true;
      return known;
    }
    if (!fresh) return undefined;
    const lent = await this.#start();
    report.kernelStarted();
    const late = new LateAllowance();
    const assigned: Assigned = { author, notebook, lent, id, late, busy: true, stopIdling: () => undefined };
    // The kernel goes with what hears it.
    lent.kernel.onLate?.((run, output) => {
      const error = late.take(run, output);
      if (error !== undefined) this.#late.emit({ author, run, error });
    });
    this.#assigned.add(assigned);
    // It was given up while it started.
    if (this.#closed) this.#end(assigned);
    return assigned;
  }

  async #run(assigned: Assigned, offer: OfferMessage, report: JobReport, stop: StopSignal): Promise<AgentEnd> {
    const { kernel } = assigned.lent;
    assigned.stopIdling();
    const overdue = new AbortController();
    const stopTimer = this.#clock.after(offer.limit, () => {
      overdue.abort();
      this.#end(assigned);
    });
    const stopAnswering = answerFor(kernel, offer.job, report);
    const { signal, release } = systemSignal(stop);
    const request = { run: offer.job, program: offer.program, before: offer.before };
    try {
      return { status: "executed", end: await kernel.execute(request, (output) => report.outputs([output]), signal) };
    } catch (error) {
      const cause = error instanceof KernelLostError ? error.cause : error;
      const why = overdue.signal.aborted
        ? `it ran longer than ${offer.limit / 1_000} s`
        : messageOf(cause ?? "its computer stopped it");
      const evalue = `The cell was ended: ${why}.`;
      report.outputs([{ output_type: "error", ename: "KernelLostError", evalue, traceback: [] }]);
      return lost(why);
    } finally {
      stopTimer();
      stopAnswering();
      release();
      assigned.busy = false;
      assigned.late.ended(offer.job);
      if (kernel.lost === true) this.#end(assigned);
      else this.#idle(assigned);
    }
  }

  #idle(assigned: Assigned): void {
    if (!this.#assigned.delete(assigned)) return;
    // Put last: it was used just now.
    this.#assigned.add(assigned);
    const limit = assigned.id === undefined ? SHARED_IDLE_LIMIT : IDLE_LIMIT;
    assigned.stopIdling = this.#clock.after(limit, () => this.#end(assigned));
    const idle = [...this.#assigned].filter(({ busy }) => !busy);
    if (idle.length > IDLE_KERNELS && idle[0] !== undefined) this.#end(idle[0]);
  }

  #end(assigned: Assigned): void {
    assigned.stopIdling();
    assigned.lent.close();
    if (this.#assigned.delete(assigned) && assigned.id !== undefined) {
      this.#lost.emit({ author: assigned.author, kernel: assigned.id });
    }
  }
}

/** Questions for a line go to whoever asked for the run; other computers are not asked from here. */
function answerFor(kernel: Kernel, run: RunId, report: JobReport): Dispose {
  const stops = [
    kernel.onWait?.((waiting, wait) => {
      if (waiting !== run) return;
      // Nothing is loaded from anywhere, so nobody need be asked.
      if (wait?.on === "permission") kernel.answer?.(run, "");
      // Whoever lends lets a cell take as much memory as it likes.
      if (wait?.on === "copy") kernel.answer?.(run, ALLOWED);
      if (wait?.on === "input")
        void report.ask(wait).then((answer) => kernel.answer?.(run, "text" in answer ? answer.text : ""));
    }),
    kernel.onCluster?.((asking, request, answer) => {
      if (asking !== run) return;
      if (request.kind === "width") answer({ status: "width", width: 0 });
      else answer({ status: "failed", message: "a lent computer asks no others", printed: "" });
    }),
  ];
  return () => {
    for (const stop of stops) stop?.();
  };
}

const lost = (message: string): AgentEnd => ({ status: "failed", code: "kernel-lost", message });
