import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId, KernelId, RunId } from "#shared/base/ids.ts";
import type { Milliseconds } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";

/** A kernel that can be ended with a reason, which its error then tells. */
export interface EndableKernel extends Kernel {
  readonly lost: boolean;
  /** What it tells of runs that have ended. */
  readonly late: { listen(listener: (run: RunId, output: CellOutput) => void): Dispose };
  end(reason: string): void;
}

/** A kernel whose executions may take so long and no longer: then the kernel is ended, and the cell has an error. */
export class LimitedKernel implements Kernel {
  readonly #kernel: EndableKernel;
  readonly #limit: Milliseconds;

  constructor(kernel: EndableKernel, limit: Milliseconds) {
    this.#kernel = kernel;
    this.#limit = limit;
  }

  get id(): KernelId {
    return this.#kernel.id;
  }

  get lost(): boolean {
    return this.#kernel.lost;
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    const reason = `it ran longer than ${this.#limit / 1000} s`;
    const late = { passed: false };
    const timer = setTimeout(() => {
      late.passed = true;
      this.#kernel.end(reason);
    }, this.#limit);
    try {
      return await this.#kernel.execute(request, onOutput, signal);
    } catch (error) {
      if (!late.passed) throw error;
      onOutput({ output_type: "error", ename: "TimeoutError", evalue: reason, traceback: [] });
      return { status: "error", cell: request.program.cell, at: undefined };
    } finally {
      clearTimeout(timer);
    }
  }

  onLate(listener: (run: RunId, output: CellOutput) => void): Dispose {
    return this.#kernel.late.listen(listener);
  }

  holds(): ReadonlySet<CellId> {
    return this.#kernel.holds();
  }

  close(): void {
    this.#kernel.close();
  }
}
