import { wrap, type Remote } from "comlink";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import type { CellId, KernelId, RunId } from "#shared/base/ids.ts";
import { RunId as RunIds } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { parseValueCopy } from "#shared/contracts/kernel/copyQuestion.ts";
import {
  parseKernelWorkerEnd,
  parseQuestion,
  type KernelWorkerApi,
  type KernelWorkerQuestion,
} from "#shared/contracts/kernel/kernelWorkerApi.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import {
  needs,
  type Kernel,
  type KernelEnd,
  type KernelRequest,
  type KernelWait,
  type ValueFacts,
  type ValueQuestion,
} from "#shared/ports/Kernel.ts";
import { KernelClusterCalls } from "./KernelClusterCalls.ts";
import { KernelImports, type PackageLoaders } from "#shared/packages/KernelImports.ts";
import { KernelQuestions } from "./KernelQuestions.ts";
import { LanguageStarters, type LanguageLoaders, type StartedLanguage } from "./LanguageStarters.ts";
import { parseOutputs } from "./parseOutputs.ts";
import { RunAsks } from "./RunAsks.ts";
import { WorkerAllowance } from "./WorkerAllowance.ts";

/** A cell in Python that does not end this long after it was interrupted computes in one long step: it is ended. */
const INTERRUPT_LIMIT: Milliseconds = seconds(1);

/** What the frame does with the worker. */
export interface WorkerControls {
  /** Ends it at once. */
  terminate(): void;
  /** Interrupts the execution with this number, where memory can be shared. */
  interrupt(turn: number): void;
  /** Gives a worker that sleeps the line it asked for; undefined refuses. */
  answer(text: string | undefined): void;
}

export interface WorkerKernelTools extends LanguageLoaders, PackageLoaders {
  readonly clock: Clock;
  /** What large values may be copied, for all kernels of the notebook. */
  readonly copies: Set<string>;
}

interface Running {
  readonly run: RunId;
  readonly turn: number;
  readonly onOutput: (output: CellOutput) => void;
  /** Handed to the worker. */
  sent: boolean;
  /** Told to stop, and given a moment. */
  stopping: Dispose | undefined;
  readonly asks: RunAsks;
  end(result: KernelEnd | KernelLostError): void;
}

/**
 * A kernel in a worker of the runner frame, reached by comlink over the worker's own port. The worker runs strangers'
 * code: whatever it sends is read as data, counted, and never called or answered.
 */
export class WorkerKernel implements Kernel {
  readonly id: KernelId;
  readonly #port: MessagePort;
  readonly #api: Remote<KernelWorkerApi>;
  readonly #controls: WorkerControls & Pick<WorkerKernelTools, "copies">;
  readonly #clock: Clock;
  readonly #starters: LanguageStarters;
  readonly #imports: KernelImports;
  readonly #questions: KernelQuestions;
  readonly #clusterCalls: KernelClusterCalls;
  readonly #late = new Emitter<{ readonly run: RunId; readonly output: CellOutput }>();
  readonly #waits = new Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>();
  readonly #held = new Set<CellId>();
  #running: Running | undefined;
  #death: KernelLostError | undefined;
  readonly #allowance = new WorkerAllowance();
  #turn = 0;

  /** `port`: the started port of a worker that said it is ready. */
  constructor(id: KernelId, port: MessagePort, controls: WorkerControls & WorkerKernelTools) {
    this.id = id;
    this.#port = port;
    this.#api = wrap<KernelWorkerApi>(port);
    this.#controls = controls;
    this.#clock = controls.clock;
    this.#starters = new LanguageStarters(this.#api, controls);
    this.#imports = new KernelImports(this.#api, controls);
    this.#questions = new KernelQuestions(this.#api, controls.clock);
    this.#clusterCalls = new KernelClusterCalls(this.#api);
    port.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    // Browsers that know this event tell it when the worker at the other end is gone.
    port.addEventListener("close", () => this.lose());
  }

  execute(request: KernelRequest, onOutput: (output: CellOutput) => void, signal: AbortSignal): Promise<KernelEnd> {
    if (this.#death) return Promise.reject(this.#death);
    if (signal.aborted) return Promise.resolve({ status: "interrupted", stateLost: false });
    if (this.#running) return Promise.reject(new Error(`kernel ${this.id} executes one cell at a time`));
    return new Promise((resolve, reject) => {
      const stop = (): void => this.#stop(request);
      const end = (result: KernelEnd | KernelLostError): void => {
        signal.removeEventListener("abort", stop);
        if (result instanceof KernelLostError) reject(result);
        else resolve(result);
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#allowance.begin();
      const turn = ++this.#turn;
      const { run } = request;
      this.#running = {
        run,
        turn,
        onOutput,
        sent: false,
        stopping: undefined,
        asks: this.#asks(run),
        end,
      };
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

  onWait(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#waits.subscribe(({ run, wait }) => listener(run, wait));
  }

  onCluster(listener: Parameters<KernelClusterCalls["subscribe"]>[0]): Dispose {
    return this.#clusterCalls.subscribe(listener);
  }

  answer(run: RunId, text: string): void {
    if (this.#running?.run === run) this.#running.asks.answer(text);
  }

  inspect(question: ValueQuestion): Promise<readonly (ValueFacts | undefined)[] | undefined> {
    const busy = this.#death !== undefined || this.#running !== undefined;
    return busy ? Promise.resolve(undefined) : this.#questions.ask(question);
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
    const running = this.#running;
    try {
      for (const language of this.#starters.missing(request)) {
        if (!(await this.#startLanguage(language, request))) return;
      }
      await this.#giveImports(request, running);
      if (running === undefined || this.#running !== running) return;
      running.sent = true;
      const answer = await this.#api.execute({ ...request, turn: running.turn });
      if (this.#running !== running) return;
      if (isRecord(answer) && answer["outputs"] !== undefined) this.#receiveEvents(running.run, answer["outputs"]);
      if (this.#running !== running) return;
      const end = parseKernelWorkerEnd(answer);
      if (end === undefined) this.lose(new Error("its worker gave an answer that is none"));
      else this.#end(end, request);
    } catch (error) {
      // The worker's own code never rejects: a cell has tampered with it.
      this.lose(error);
    }
  }

  /** False if it cannot start: then the run has ended with the reason. */
  async #startLanguage(language: StartedLanguage, { run, program }: KernelRequest): Promise<boolean> {
    const running = this.#running;
    this.#waits.emit({ run, wait: { on: "start", language } });
    const failure = await this.#starters.start(language);
    if (this.#running !== running) return false;
    this.#waits.emit({ run, wait: undefined });
    if (failure === undefined) return true;
    const ename = { python: "PythonError", sql: "SqlError", plot: "PlotError" }[language];
    running?.onOutput({ output_type: "error", ename, evalue: failure, traceback: [`${ename}: ${failure}`] });
    this.#settle({ status: "error", cell: program.cell, at: undefined });
    return false;
  }

  async #giveImports(request: KernelRequest, running: Running | undefined): Promise<void> {
    const missing = this.#imports.missing(request);
    if (missing === undefined) return;
    const { run } = request;
    this.#waits.emit({ run, wait: { on: "packages" } });
    await this.#imports.give(missing, (origin) => this.#askLeave(running, origin));
    if (this.#running === running) this.#waits.emit({ run, wait: undefined });
  }

  /** Asks the user whether code may be loaded. */
  async #askLeave(running: Running | undefined, origin: string): Promise<boolean> {
    // Nobody looks at a run that has ended.
    if (running === undefined || this.#running !== running) return false;
    const allowed = await running.asks.load(origin);
    if (this.#running === running) this.#waits.emit({ run: running.run, wait: { on: "packages" } });
    return allowed;
  }

  /** Python is asked to stop and keeps its values if it does so in time; JavaScript cannot be asked. */
  #stop(request: KernelRequest): void {
    const running = this.#running;
    if (running === undefined || running.stopping !== undefined) return;
    if (!running.sent) this.#settle({ status: "interrupted", stateLost: false });
    else if (!needs("python", request) && !running.asks.copies) this.#end({ status: "interrupted", stateLost: true });
    else {
      running.stopping = this.#clock.after(INTERRUPT_LIMIT, () => {
        if (this.#running === running) this.#end({ status: "interrupted", stateLost: true });
      });
      running.asks.refuse();
      this.#controls.interrupt(running.turn);
    }
  }

  #end(end: KernelEnd, request?: KernelRequest): void {
    if (end.status === "interrupted" && end.stateLost) this.#die(new KernelLostError(this.id));
    else if (request) this.#hold(request, end);
    this.#settle(end);
  }

  #settle(result: KernelEnd | KernelLostError | undefined): void {
    const running = this.#running;
    this.#running = undefined;
    running?.stopping?.();
    running?.asks.end();
    if (result) running?.end(result);
  }

  #hold({ before, program }: KernelRequest, end: KernelEnd): void {
    // Which of the cells it came to is not known; what is missing is made again when it is needed.
    if (end.status === "interrupted") return;
    for (const { cell } of [...before, program]) {
      this.#held.add(cell);
      if (end.status === "error" && end.cell === cell) break;
    }
  }

  #die(lost: KernelLostError): void {
    this.#death = lost;
    this.#held.clear();
    // JavaScript cannot be interrupted: ending the worker is the only stop there is.
    this.#controls.terminate();
    this.#port.close();
  }

  #receive(message: unknown): void {
    if (this.#death) return;
    if (!this.#allowance.admitsMessage()) {
      this.lose(new Error("its worker flooded the page with messages"));
      return;
    }
    if (!isRecord(message)) return;
    if (message["type"] === "events") this.#receiveEvents(message["run"], message["json"]);
    if (message["type"] === "question") this.#receiveQuestion(message);
    if (message["type"] === "copy") this.#receiveCopy(message);
    if (message["type"] === "cluster") this.#clusterCalls.receive(message, this.#running?.run);
  }

  #receiveQuestion(message: Readonly<Record<string, unknown>>): void {
    const question = parseQuestion(message);
    if (question === undefined) return;
    const running = this.#running;
    if (running?.run !== message["run"] || running === undefined || running.stopping !== undefined) {
      // Nobody looks at a run that has ended.
      this.#reply(question.answer, undefined);
      return;
    }
    running.asks.line(question);
  }

  #receiveCopy(message: Readonly<Record<string, unknown>>): void {
    const running = this.#running;
    const copy = parseValueCopy(message);
    if (copy === undefined || running === undefined || running.run !== message["run"]) return;
    if (running.stopping !== undefined) this.#reply("worker", undefined);
    else running.asks.copy(copy);
  }

  #asks(run: RunId): RunAsks {
    return new RunAsks({
      copies: this.#controls.copies,
      tell: (wait) => this.#waits.emit({ run, wait }),
      reply: (to, text) => this.#reply(to, text),
    });
  }

  #reply(to: KernelWorkerQuestion["answer"], text: string | undefined): void {
    if (to === "frame") this.#controls.answer(text);
    else void Promise.resolve(this.#api.answer(text)).catch(() => undefined);
  }

  #receiveEvents(runGiven: unknown, json: unknown): void {
    const run = RunIds.parse(runGiven);
    if (
      run === undefined ||
      typeof json !== "string" ||
      !this.#allowance.admits(json.length, run !== this.#running?.run)
    ) {
      this.lose(new Error("its worker sent what no worker sends"));
      return;
    }
    for (const output of parseOutputs(json)) {
      if (run === this.#running?.run) this.#running.onOutput(output);
      else this.#late.emit({ run, output });
    }
  }
}
