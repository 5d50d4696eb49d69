import type { Dispose } from "#shared/base/dispose.ts";
import { KernelLostError, messageOf } from "#shared/base/errors.ts";
import type { StopSignal } from "#shared/base/StopSignal.ts";
import type { AgentEnd, OfferMessage } from "#shared/jobs/jobMessage.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import { TimeLimiter } from "#shared/session/execution/TimeLimiter.ts";
import type { JobReport } from "#shared/session/agent/JobExecutor.ts";
import type { DenoKernel } from "./DenoKernel.ts";
import type { QueuedEnd } from "./SlotQueue.ts";

type Outputs = (outputs: readonly CellOutput[]) => void;

export interface SlotRunOptions {
  readonly kernel: DenoKernel;
  readonly offer: OfferMessage;
  readonly report: JobReport;
  readonly clock: Clock;
}

/** One execution of an offer in a slot: within its limit of time, and with its outputs in batches. */
export class SlotRun {
  readonly #options: SlotRunOptions;
  readonly #batch: OutputBatch;
  readonly #limiter: TimeLimiter;
  #stopAsking: Dispose = () => {};

  constructor(options: SlotRunOptions) {
    this.#options = options;
    const { kernel, offer, report, clock } = options;
    this.#batch = new OutputBatch((outputs) => report.outputs(outputs));
    this.#limiter = new TimeLimiter(clock, offer.limit, () => kernel.end(`it ran longer than ${offer.limit / 1000} s`));
  }

  async execute(signal: StopSignal): Promise<AgentEnd> {
    const { kernel } = this.#options;
    this.#begin();
    const end = await this.#end((request) => kernel.execute(request, this.#onOutput, signal));
    // Only what was given ahead is returned.
    return end === "returned" ? { status: "cancelled" } : end;
  }

  executeAhead(signal: StopSignal, began: () => void): Promise<AgentEnd | "returned"> {
    const { kernel } = this.#options;
    const onBegan = (): void => {
      began();
      this.#begin();
    };
    return this.#end((request) => kernel.executeAhead(request, this.#onOutput, { signal, onBegan }));
  }

  readonly #onOutput = (output: CellOutput): void => this.#batch.add(output);

  #begin(): void {
    const { kernel, offer, report } = this.#options;
    this.#limiter.run();
    this.#stopAsking = kernel.onWait((run, wait) => {
      if (run !== offer.job || wait?.on !== "input") return;
      // What it printed before is seen with the question. Time in which a person thinks is not the cell's.
      this.#batch.flush();
      this.#limiter.pause();
      void report.ask(wait).then((answer) => {
        this.#limiter.run();
        if ("text" in answer) kernel.answer(run, answer.text);
        else kernel.refuse(run, answer.why);
      });
    });
  }

  async #end(execute: (request: KernelRequest) => Promise<QueuedEnd>): Promise<AgentEnd | "returned"> {
    const { kernel, offer } = this.#options;
    const { job, program, before, notebook } = offer;
    try {
      const end = await execute({ run: job, program, before, notebook });
      this.#batch.flush();
      return end === "returned" ? "returned" : { status: "executed", end };
    } catch (error) {
      const message = reasonOf(error);
      const evalue = `The cell was ended: ${message}.`;
      this.#batch.add({ output_type: "error", ename: "KernelLostError", evalue, traceback: [] });
      this.#batch.flush();
      return { status: "failed", code: "kernel-lost", message, ...(kernel.crashed ? { again: true } : {}) };
    } finally {
      this.#stopAsking();
      this.#limiter.close();
    }
  }
}

/** Outputs that come in one turn leave together. */
class OutputBatch {
  readonly #send: Outputs;
  #waiting: CellOutput[] = [];

  constructor(send: Outputs) {
    this.#send = send;
  }

  add(output: CellOutput): void {
    this.#waiting.push(output);
    if (this.#waiting.length === 1) queueMicrotask(() => this.flush());
  }

  flush(): void {
    if (this.#waiting.length > 0) this.#send(this.#waiting.splice(0));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof KernelLostError && error.cause !== undefined) return messageOf(error.cause);
  return messageOf(error);
}
