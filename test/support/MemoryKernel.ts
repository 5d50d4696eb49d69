import type { Dispose } from "#shared/base/dispose.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import { KernelId, type CellId } from "#shared/base/ids.ts";
import { parseKernelWorkerEnd } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { parseValueAnswer } from "#shared/contracts/kernel/valueQuestion.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest, ValueFacts, ValueQuestion } from "#shared/ports/Kernel.ts";
import { CellRuntime } from "../../workers/kernel/CellRuntime.ts";

/**
 * Executes cells in this very thread: for tests of what stands above a kernel. An endless loop in a cell is an endless
 * loop in the test; a cell that waits can be stopped.
 */
export class MemoryKernel implements Kernel {
  readonly id = KernelId.create();
  readonly #held = new Set<CellId>();
  readonly #lost = new AbortController();
  #onOutput: ((output: CellOutput) => void) | undefined;
  readonly #runtime = new CellRuntime((_run, events) => {
    for (const event of events) {
      const output = parseOutput(structuredClone(event));
      if (output) this.#onOutput?.(output);
    }
  });

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    if (this.#closed()) throw new KernelLostError(this.id);
    if (signal.aborted) return { status: "interrupted", stateLost: false };
    this.#onOutput = onOutput;
    const ended = this.#runtime.execute(request.run, request.program, request.before);
    const stop = aborted([signal, this.#lost.signal]);
    const end = await Promise.race([ended.then(parseKernelWorkerEnd), stop.ended]);
    // The kernel's own signal outlives many executions.
    stop.dispose();
    this.#onOutput = undefined;
    if (end === undefined || this.#closed()) throw new KernelLostError(this.id);
    if (end.status === "interrupted") this.close();
    else for (const { cell } of [...request.before, request.program]) this.#held.add(cell);
    return end;
  }

  #closed(): boolean {
    return this.#lost.signal.aborted;
  }

  inspect(question: ValueQuestion): Promise<readonly (ValueFacts | undefined)[] | undefined> {
    return Promise.resolve(parseValueAnswer(this.#runtime.inspect(question), question.paths.length));
  }

  holds(): ReadonlySet<CellId> {
    return this.#held;
  }

  close(): void {
    this.#held.clear();
    this.#lost.abort();
  }
}

function aborted(signals: readonly AbortSignal[]): { readonly ended: Promise<KernelEnd>; readonly dispose: Dispose } {
  let stop = (): void => undefined;
  const ended = new Promise<KernelEnd>((resolve) => {
    stop = () => resolve({ status: "interrupted", stateLost: true });
  });
  for (const signal of signals) signal.addEventListener("abort", stop);
  return { ended, dispose: () => signals.forEach((signal) => signal.removeEventListener("abort", stop)) };
}
