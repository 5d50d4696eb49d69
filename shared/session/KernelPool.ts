import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import type { RunId } from "../base/ids.ts";
import type { KernelIndex } from "../execution/execution.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { Kernel, StartKernel } from "../ports/Kernel.ts";

/** Kernels of one notebook in this process. One core is left to the page itself. */
export const kernelCount = (cores: number): number => Math.max(1, Math.floor(cores) - 1);

export interface LateOutput {
  readonly run: RunId;
  readonly output: CellOutput;
}

/** A fixed number of kernels, each started when it is first needed and again after it was lost. */
export class KernelPool {
  readonly size: number;
  readonly #start: StartKernel;
  readonly #dispose: Dispose;
  readonly #kernels = new Map<KernelIndex, Promise<Kernel>>();
  readonly #started = new Map<KernelIndex, Kernel>();
  /** What executions print after they ended. */
  readonly late = new Emitter<LateOutput>();
  /** A kernel has started, or was given up. */
  readonly changed = new Emitter<undefined>();
  #closed = false;

  /** `dispose`: gives back what the kernels live in, called when the pool is closed. */
  constructor(start: StartKernel, size: number, dispose: Dispose = () => undefined) {
    this.#start = start;
    this.#dispose = dispose;
    this.size = size;
  }

  /** The kernel, started if need be: also if it died unnoticed. Rejects if it cannot start; asking again tries again. */
  async get(index: KernelIndex): Promise<Kernel> {
    if (this.#closed) throw new Error("the notebook was closed");
    const kernel = await (this.#kernels.get(index) ?? this.#startOne(index));
    if (!kernel.lost) return kernel;
    this.#forget(index);
    return this.#startOne(index);
  }

  /** Kernels that are there now. */
  get started(): readonly Kernel[] {
    return [...this.#started.values()].filter((kernel) => !kernel.lost);
  }

  /** The kernel with this index, if it is there now. */
  at(index: KernelIndex): Kernel | undefined {
    const kernel = this.#started.get(index);
    return kernel?.lost === true ? undefined : kernel;
  }

  /** Starts the first kernel before it is needed: the first run is then as quick as the second. */
  warm(): void {
    // If it cannot start, the first run says so.
    this.get(0).catch(() => undefined);
  }

  /** Forgets a kernel that is lost, and starts its successor: whoever stopped a cell often runs one soon. */
  replace(index: KernelIndex): void {
    const lost = this.#kernels.get(index);
    this.#forget(index);
    void lost?.then((kernel) => kernel.close()).catch(() => undefined);
    if (!this.#closed) this.#startOne(index).catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const kernels = [...this.#kernels.values()];
    this.#kernels.clear();
    this.#started.clear();
    for (const kernel of kernels) void kernel.then((one) => one.close()).catch(() => undefined);
    this.#dispose();
  }

  #startOne(index: KernelIndex): Promise<Kernel> {
    const kernel = this.#start();
    this.#kernels.set(index, kernel);
    kernel.then(
      (started) => this.#take(index, kernel, started),
      () => this.#kernels.get(index) === kernel && this.#forget(index),
    );
    return kernel;
  }

  #take(index: KernelIndex, promised: Promise<Kernel>, kernel: Kernel): void {
    // It may have been given up while it started.
    if (this.#closed || this.#kernels.get(index) !== promised) {
      kernel.close();
      return;
    }
    this.#started.set(index, kernel);
    this.changed.emit(undefined);
    kernel.onLate?.((run, output) => this.late.emit({ run, output }));
  }

  #forget(index: KernelIndex): void {
    this.#kernels.delete(index);
    if (this.#started.delete(index)) this.changed.emit(undefined);
  }
}
