import type { StopSignal } from "#shared/base/StopSignal.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";
import { OutputMeter } from "./OutputMeter.ts";

/** Whoever executes longer than this (and up to twice as long) keeps nothing behind it from being done elsewhere. */
const OVERRUN: Milliseconds = ms(50);
/** A slot's main thread answers at once, whatever its cells do. */
const ANSWER_LIMIT: Milliseconds = ms(2_000);

/** `returned`: it did not begin, and never will. */
export type QueuedEnd = KernelEnd | "returned";

/** One execution that a slot has. */
export interface QueuedExecution {
  readonly turn: number;
  readonly request: KernelRequest;
  readonly onOutput: (output: CellOutput) => void;
  readonly meter: OutputMeter;
  readonly signal: StopSignal;
  /** It may have begun: everything in front of it has ended. Called once at most. */
  readonly onBegan: () => void;
  readonly resolve: (end: QueuedEnd) => void;
  readonly reject: (error: Error) => void;
  readonly onAbort: () => void;
}

export interface SlotQueueOptions {
  /** Asks the slot for those that have not begun; `answered` is to be called with what it says. */
  readonly takeBack: (turns: readonly number[]) => void;
  /** The first is to be stopped. */
  readonly stop: (execution: QueuedExecution) => void;
  /** The slot does not answer. */
  readonly silent: () => void;
}

/**
 * The executions that a slot was handed, in their order. Only the first can have begun.
 * 1. Each ends exactly once: as the slot said, or, when the slot is lost, the first as lost and the others as returned.
 * 2. One that is stopped before it began is taken back; so are all behind one that takes long. What the slot was asked to
 *    give back it gives back or has begun, and it says at once which.
 */
export class SlotQueue {
  readonly #options: SlotQueueOptions;
  #queue: QueuedExecution[] = [];
  #turn = 0;
  /** Rings when the slot should have said what it gives back. */
  #asked: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #watched = 0;
  /** The first that took long, if it still executes. */
  #overran = -1;

  constructor(options: SlotQueueOptions) {
    this.#options = options;
  }

  get first(): QueuedExecution | undefined {
    return this.#queue[0];
  }

  get length(): number {
    return this.#queue.length;
  }

  /** True if what is handed over now is likely to begin in a moment, or at once. */
  get moves(): boolean {
    return (this.first === undefined || this.first.turn !== this.#overran) && this.#asked === undefined;
  }

  /** The turn of the execution, which is to be sent to the slot, and its end. */
  add(
    given: Pick<QueuedExecution, "request" | "onOutput" | "signal" | "onBegan">,
  ): readonly [turn: number, end: Promise<QueuedEnd>] {
    const turn = ++this.#turn;
    const { signal } = given;
    const end = new Promise<QueuedEnd>((resolve, reject) => {
      const onAbort = (): void => this.#stop(execution);
      const execution: QueuedExecution = { ...given, turn, meter: new OutputMeter(), resolve, reject, onAbort };
      this.#queue.push(execution);
      signal.addEventListener("abort", onAbort, { once: true });
    });
    if (this.#queue.length === 1) given.onBegan();
    else this.#watchFirst();
    return [turn, end];
  }

  /** The one of this run that executes. */
  running(run: unknown): QueuedExecution | undefined {
    return this.first !== undefined && this.first.request.run === run ? this.first : undefined;
  }

  /** The first has ended. */
  shift(end: KernelEnd): void {
    const first = this.#queue.shift();
    if (first === undefined) return;
    release(first);
    this.first?.onBegan();
    first.resolve(end);
  }

  /** What the slot gave back; all others have begun. */
  answered(turns: ReadonlySet<number>): void {
    clearTimeout(this.#asked);
    this.#asked = undefined;
    const first = this.first;
    const returned = this.#queue.filter(({ turn }) => turns.has(turn));
    this.#queue = this.#queue.filter(({ turn }) => !turns.has(turn));
    for (const execution of returned) {
      release(execution);
      execution.resolve("returned");
    }
    const next = this.first;
    if (next === undefined) return;
    if (next !== first) next.onBegan();
    if (next.signal.aborted) this.#options.stop(next);
    // Stopped since the slot was asked.
    if (this.#queue.some(({ signal }, at) => at > 0 && signal.aborted)) this.#takeBack();
  }

  /** The slot is lost. What had not begun is returned, then `settle` says how the first ended. */
  lose(settle: (first: QueuedExecution) => void): void {
    clearTimeout(this.#asked);
    clearTimeout(this.#watch);
    const [first, ...others] = this.#queue.splice(0);
    for (const execution of others) {
      release(execution);
      execution.resolve("returned");
    }
    if (first === undefined) return;
    release(first);
    settle(first);
  }

  #stop(execution: QueuedExecution): void {
    // It may have ended unheard, and the next one have begun: who stops one must not stop another. While the slot is asked,
    // it is not known whether this one is among those it gives back.
    if (this.#queue.length > 1) this.#takeBack();
    else if (this.#asked === undefined) this.#options.stop(execution);
  }

  #takeBack(): void {
    if (this.#asked !== undefined || this.#queue.length < 2) return;
    this.#asked = setTimeout(this.#options.silent, ANSWER_LIMIT);
    this.#options.takeBack(this.#queue.slice(1).map(({ turn }) => turn));
  }

  /** One timer for all: most executions are over long before it rings. */
  #watchFirst(): void {
    if (this.#watch !== undefined) return;
    this.#watched = this.first?.turn ?? 0;
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      if (this.#queue.length < 2) return;
      if (this.first?.turn === this.#watched) {
        this.#overran = this.#watched;
        this.#takeBack();
      } else this.#watchFirst();
    }, OVERRUN);
  }
}

function release({ signal, onAbort }: QueuedExecution): void {
  signal.removeEventListener("abort", onAbort);
}
