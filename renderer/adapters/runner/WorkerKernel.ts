import { wrap } from "comlink";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import type { CellId, KernelId, RunId } from "#shared/base/ids.ts";
import { RunId as RunIds } from "#shared/base/ids.ts";
import { isRecord, readArray } from "#shared/base/parse.ts";
import { EVENTS_LIMIT, parseKernelWorkerEnd, type KernelWorkerApi } from "#shared/contracts/kernelWorkerApi.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";

/** Outputs in one message; a sound worker sends at most as many as one run may have. */
const OUTPUTS_PER_MESSAGE = 1_000;
/** Messages a second during one run, or between two. A sound worker sends some 20 for each run that prints; a flood would stall the page. */
const MESSAGES_PER_SECOND = 1_000;

interface Running {
  readonly run: RunId;
  readonly onOutput: (output: CellOutput) => void;
  /** UTF-16 units received. */
  received: number;
  end(result: KernelEnd | KernelLostError): void;
}

/**
 * A kernel in a worker of the runner frame, reached by comlink over the worker's own port. The worker runs strangers'
 * code: whatever it sends is read as data, counted, and never called or answered.
 */
export class WorkerKernel implements Kernel {
  readonly id: KernelId;
  readonly #port: MessagePort;
  readonly #api: KernelWorkerApi;
  readonly #terminate: () => void;
  readonly #late = new Emitter<{ readonly run: RunId; readonly output: CellOutput }>();
  readonly #held = new Set<CellId>();
  #running: Running | undefined;
  #death: KernelLostError | undefined;
  #lateReceived = 0;
  #second = 0;
  #messages = 0;

  /** `port`: the started port of a worker that said it is ready. `terminate` ends the worker at once. */
  constructor(id: KernelId, port: MessagePort, terminate: () => void) {
    this.id = id;
    this.#port = port;
    this.#api = wrap<KernelWorkerApi>(port);
    this.#terminate = terminate;
    port.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    // Browsers that know this event tell it when the worker at the other end is gone.
    port.addEventListener("close", () => this.lose());
  }

  execute(request: KernelRequest, onOutput: (output: CellOutput) => void, signal: AbortSignal): Promise<KernelEnd> {
    if (this.#death) return Promise.reject(this.#death);
    if (signal.aborted) return Promise.resolve({ status: "interrupted", stateLost: false });
    if (this.#running) return Promise.reject(new Error(`kernel ${this.id} executes one cell at a time`));
    return new Promise((resolve, reject) => {
      const stop = (): void => this.#end({ status: "interrupted", stateLost: true });
      const end = (result: KernelEnd | KernelLostError): void => {
        signal.removeEventListener("abort", stop);
        if (result instanceof KernelLostError) reject(result);
        else resolve(result);
      };
      signal.addEventListener("abort", stop, { once: true });
      // Each run has its allowance: short ones may follow one another by the thousand.
      this.#messages = 0;
      this.#running = { run: request.run, onOutput, received: 0, end };
      void this.#ask(request);
    });
  }

  get lost(): boolean {
    return this.#death !== undefined;
  }

  holds(): ReadonlySet<CellId> {
    return this.#held;
  }

  onLate(listener: (run: RunId, output: CellOutput) => void): Dispose {
    return this.#late.subscribe(({ run, output }) => listener(run, output));
  }

  close(): void {
    this.lose();
  }

  /** The worker is gone, or must go. */
  lose(cause?: unknown): void {
    if (this.#death) return;
    this.#die(new KernelLostError(this.id, { cause }));
    this.#settle(this.#death);
  }

  async #ask(request: KernelRequest): Promise<void> {
    try {
      const end = parseKernelWorkerEnd(await this.#api.execute(request.run, request.program, request.before));
      if (this.#running?.run !== request.run) return;
      if (end === undefined) this.lose(new Error("its worker gave an answer that is none"));
      else this.#end(end, request);
    } catch (error) {
      // The worker's own code never rejects: a cell has tampered with it.
      this.lose(error);
    }
  }

  #end(end: KernelEnd, request?: KernelRequest): void {
    if (end.status === "interrupted") this.#die(new KernelLostError(this.id));
    else if (request) this.#hold(request, end);
    this.#settle(end);
  }

  #settle(result: KernelEnd | KernelLostError | undefined): void {
    const running = this.#running;
    this.#running = undefined;
    if (result) running?.end(result);
  }

  #hold({ before, program }: KernelRequest, end: KernelEnd): void {
    for (const { cell } of [...before, program]) {
      this.#held.add(cell);
      if (end.status === "error" && end.cell === cell) break;
    }
  }

  #die(lost: KernelLostError): void {
    this.#death = lost;
    this.#held.clear();
    // JavaScript cannot be interrupted: ending the worker is the only stop there is.
    this.#terminate();
    this.#port.close();
  }

  #receive(message: unknown): void {
    if (this.#death) return;
    const second = Math.floor(performance.now() / 1_000);
    this.#messages = second === this.#second ? this.#messages + 1 : 1;
    this.#second = second;
    if (this.#messages > MESSAGES_PER_SECOND) {
      this.lose(new Error("its worker flooded the page with messages"));
      return;
    }
    if (isRecord(message) && message["type"] === "events") this.#receiveEvents(message["run"], message["json"]);
  }

  #receiveEvents(runGiven: unknown, json: unknown): void {
    const run = RunIds.parse(runGiven);
    if (run === undefined || typeof json !== "string" || !this.#admits(run, json.length)) {
      this.lose(new Error("its worker sent what no worker sends"));
      return;
    }
    for (const output of parseOutputs(json)) {
      if (run === this.#running?.run) this.#running.onOutput(output);
      else this.#late.emit({ run, output });
    }
  }

  #admits(run: RunId, size: number): boolean {
    if (run !== this.#running?.run) return (this.#lateReceived += size) <= EVENTS_LIMIT;
    this.#lateReceived = 0;
    return (this.#running.received += size) <= EVENTS_LIMIT;
  }
}

function parseOutputs(json: string): readonly CellOutput[] {
  try {
    return readArray(JSON.parse(json), OUTPUTS_PER_MESSAGE, parseOutput) ?? [];
  } catch {
    // Not JSON: hostile, and harmless.
    return [];
  }
}
