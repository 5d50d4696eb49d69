import { KernelLostError, NotRunError } from "#shared/base/errors.ts";
import { KernelId, type CellId, type RunId } from "#shared/base/ids.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";

/** One execution a test steers. */
export interface FakeExecution {
  readonly request: KernelRequest;
  readonly signal: AbortSignal;
  output(output: CellOutput): void;
  print(text: string): void;
  end(end?: KernelEnd): void;
  /** Nothing of it was executed. */
  refuse(reason: string): void;
  fail(): void;
}

/** A kernel that does what the test says, and remembers what it was asked for. */
export class FakeKernel implements Kernel {
  readonly id = KernelId.create();
  readonly executions: FakeExecution[] = [];
  /** Ends every execution at once, without outputs. */
  automatic = false;
  /** An interrupt is obeyed at once. */
  obeys = true;
  lost = false;
  closed = false;
  readonly #held = new Set<CellId>();
  readonly #late = new Set<(run: RunId, output: CellOutput) => void>();
  #reject: (error: Error) => void = () => undefined;

  execute(request: KernelRequest, onOutput: (output: CellOutput) => void, signal: AbortSignal): Promise<KernelEnd> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      const hold = (): void => {
        for (const { cell } of [...request.before, request.program]) this.#held.add(cell);
      };
      const execution: FakeExecution = {
        request,
        signal,
        output: onOutput,
        print: (text) => onOutput({ output_type: "stream", name: "stdout", text }),
        end: (end = { status: "ok" }) => {
          if (end.status !== "interrupted") hold();
          else if (end.stateLost) this.die();
          resolve(end);
        },
        refuse: (reason) => reject(new NotRunError(reason)),
        fail: () => this.lose(),
      };
      signal.addEventListener("abort", () => this.obeys && execution.end({ status: "interrupted", stateLost: true }), {
        once: true,
      });
      this.executions.push(execution);
      if (this.automatic) execution.end();
    });
  }

  get last(): FakeExecution {
    const last = this.executions.at(-1);
    if (!last) throw new Error("nothing was executed");
    return last;
  }

  holds(): ReadonlySet<CellId> {
    return this.#held;
  }

  onLate(listener: (run: RunId, output: CellOutput) => void): Dispose {
    this.#late.add(listener);
    return () => this.#late.delete(listener);
  }

  printLate(run: RunId, text: string): void {
    this.giveLate(run, { output_type: "stream", name: "stdout", text });
  }

  giveLate(run: RunId, output: CellOutput): void {
    for (const listener of this.#late) listener(run, output);
  }

  /** Dies while it executes. */
  lose(): void {
    this.die();
    this.#reject(new KernelLostError(this.id));
  }

  /** Dies, without anybody being told. */
  die(): void {
    this.lost = true;
    this.#held.clear();
  }

  close(): void {
    this.closed = true;
    this.lose();
  }
}
