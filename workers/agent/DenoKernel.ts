import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import { KernelId, type CellId, type RunId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { parseKernelWorkerEnd, parseQuestion } from "#shared/contracts/kernelWorkerApi.ts";
import { encodeSlotFrame, SlotFrameReader } from "#shared/contracts/slotFrames.ts";
import type { SlotEvent, SlotRequest } from "#shared/contracts/slotProtocol.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import { needs, type Kernel, type KernelEnd, type KernelRequest, type KernelWait } from "#shared/ports/Kernel.ts";
import { KernelImports, type PackageLoaders } from "#shared/packages/KernelImports.ts";
import { OutputMeter } from "./OutputMeter.ts";
import { SLOT_MEMORY_TEXT, type SlotCommand } from "./slotCommand.ts";
import { SlotImports } from "./SlotImports.ts";

/** A slot that is not ready by then does not start at all. */
const START_LIMIT: Milliseconds = ms(10_000);
/** A cell in Python that does not end this long after it was interrupted computes in one long step: it is ended. */
const INTERRUPT_LIMIT: Milliseconds = ms(1_000);
/** What the process says at its end tells why it ended. */
const STDERR_KEPT = 4_096;

/** Where nobody can be asked. */
const NOBODY = "nobody can be asked where this cell runs";

interface Execution {
  readonly request: KernelRequest;
  readonly onOutput: (output: CellOutput) => void;
  readonly meter: OutputMeter;
  /** It waits for a line of text. */
  asking: boolean;
  readonly resolve: (end: KernelEnd) => void;
  readonly reject: (error: KernelLostError) => void;
}

/**
 * A kernel in a process of its own: a slot. Whatever comes from the process may have been written by a cell; what is no
 * sound frame ends it. A stop ends the process too, since JavaScript cannot be interrupted from outside; Python can.
 */
export class DenoKernel implements Kernel {
  readonly id = KernelId.create();
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #reader = new SlotFrameReader();
  readonly #held = new Set<CellId>();
  readonly #waits = new Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>();
  readonly #ready: Promise<void>;
  readonly #imports: KernelImports;
  #becomeReady: () => void = () => {};
  #failToStart: (error: Error) => void = () => {};
  #execution: Execution | undefined;
  #lostBecause: string | undefined;
  #crashed = false;
  #stderr = "";
  #turn = 0;
  #onLost: () => void = () => {};

  /** Resolves when it can execute. `loaders`: left out where cells can import nothing. @throws KernelLostError with the reason as its cause */
  static async start(command: SlotCommand, loaders: PackageLoaders = {}): Promise<DenoKernel> {
    const kernel = new DenoKernel(command, loaders);
    await kernel.#ready;
    return kernel;
  }

  private constructor({ file, args, env }: SlotCommand, loaders: PackageLoaders) {
    this.#imports = new KernelImports(new SlotImports((request) => this.#send(request)), loaders);
    this.#child = spawn(file, [...args], { env, cwd: "/", stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    this.#ready = new Promise<void>((resolve, reject) => {
      this.#becomeReady = resolve;
      this.#failToStart = reject;
    });
    const deadline = setTimeout(() => this.#lose("it did not start in time"), START_LIMIT);
    void this.#ready.then(
      () => clearTimeout(deadline),
      () => clearTimeout(deadline),
    );
    this.#listen();
  }

  /** The process, to watch its memory. Wrapped in others it is the outermost. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get lost(): boolean {
    return this.#lostBecause !== undefined;
  }

  /** Its process ended by itself, and not because of a limit: what it executed may have been to blame, or not. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** Called once when the kernel ends, for whatever reason. */
  set onLost(listener: () => void) {
    this.#onLost = listener;
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    const missing = this.#imports.missing(request);
    if (missing !== undefined && !this.lost && !signal.aborted) {
      const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      // What comes after a stop is kept for the next time.
      await Promise.race([this.#imports.give(missing, () => Promise.resolve(false)), stopped]);
    }
    return this.#execute(request, onOutput, signal);
  }

  #execute(request: KernelRequest, onOutput: (output: CellOutput) => void, signal: AbortSignal): Promise<KernelEnd> {
    if (this.lost) return Promise.reject(this.#error());
    if (signal.aborted) return Promise.resolve({ status: "interrupted", stateLost: false });
    const turn = ++this.#turn;
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      this.#execution?.resolve({ status: "interrupted", stateLost: true });
      this.#lose("it was stopped");
    };
    const stop = (): void => {
      if (!needs("python", request)) {
        end();
        return;
      }
      this.#send({ type: "interrupt", turn });
      deadline = setTimeout(end, INTERRUPT_LIMIT);
    };
    signal.addEventListener("abort", stop, { once: true });
    return new Promise<KernelEnd>((resolve, reject) => {
      this.#execution = { request, onOutput, meter: new OutputMeter(), asking: false, resolve, reject };
      const { run, program, before } = request;
      this.#send({ type: "execute", run, turn, program, before });
    }).finally(() => {
      clearTimeout(deadline);
      this.#execution = undefined;
      signal.removeEventListener("abort", stop);
    });
  }

  holds(): ReadonlySet<CellId> {
    return this.#held;
  }

  onWait(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#waits.subscribe(({ run, wait }) => listener(run, wait));
  }

  answer(run: RunId, text: string): void {
    this.#answer(run, { type: "answer", text, why: "" });
  }

  /** As `answer`, where there is none; the reason is for people. */
  refuse(run: RunId, why: string): void {
    this.#answer(run, { type: "answer", why });
  }

  close(): void {
    this.#lose("it was closed");
  }

  /** Ends the process because of something it did; the reason is for people. */
  end(reason: string): void {
    this.#lose(reason);
  }

  #answer(run: RunId, answer: Extract<SlotRequest, { type: "answer" }>): void {
    const execution = this.#execution;
    if (execution?.request.run !== run || !execution.asking) return;
    execution.asking = false;
    this.#send(answer);
    this.#waits.emit({ run, wait: undefined });
  }

  #receiveQuestion(event: Readonly<Record<string, unknown>>): void {
    const execution = this.#execution;
    if (execution === undefined || execution.request.run !== event["run"]) return;
    const question = parseQuestion(event);
    // A thread that waits for one answer asks for no other.
    if (question === undefined || execution.asking) {
      this.#lose("it broke the protocol");
      return;
    }
    const { run } = execution.request;
    const { prompt, secret } = question;
    execution.asking = true;
    if (this.#waits.size === 0) this.refuse(run, NOBODY);
    else this.#waits.emit({ run, wait: { on: "input", prompt, secret } });
  }

  #send(request: SlotRequest): void {
    this.#child.stdin.write(encodeSlotFrame(JSON.stringify(request)));
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#child;
    // Writing to a process that just ended; its `exit` tells.
    stdin.on("error", () => {});
    stdout.on("data", (bytes: Buffer) => this.#receive(bytes));
    stderr.setEncoding("utf8");
    stderr.on("data", (text: string) => (this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT)));
    this.#child.on("error", (error) => this.#lose(`it could not be started: ${error.message}`));
    // `close` and not `exit`: by then the last of stderr has been read, which tells why.
    this.#child.on("close", () => this.#lose(this.#reasonOfExit()));
  }

  #reasonOfExit(): string {
    if (/out of memory|OOM/i.test(this.#stderr)) return `it used more than ${SLOT_MEMORY_TEXT} of memory`;
    this.#crashed ||= !this.lost;
    const { exitCode, signalCode } = this.#child;
    const last = this.#stderr.trim().split("\n").at(-1) ?? "";
    return `its process ended (${signalCode ?? `code ${exitCode ?? "unknown"}`})${last === "" ? "" : `: ${last}`}`;
  }

  #receive(bytes: Uint8Array): void {
    try {
      for (const text of this.#reader.push(bytes)) {
        if (!this.lost) this.#accept(JSON.parse(text));
      }
    } catch {
      this.#lose("it broke the protocol");
    }
  }

  #accept(event: unknown): void {
    // reason: only the name of the type is taken on trust, and every other name is refused below.
    const type = isRecord(event) ? (event["type"] as SlotEvent["type"]) : undefined;
    if (!isRecord(event) || type === undefined) {
      this.#lose("it broke the protocol");
      return;
    }
    switch (type) {
      case "ready": {
        this.#becomeReady();
        return;
      }
      case "events": {
        this.#report(event["run"], event["events"]);
        return;
      }
      case "question": {
        this.#receiveQuestion(event);
        return;
      }
      case "end": {
        this.#finish(event["run"], event["end"]);
        return;
      }
      default: {
        this.#lose("it broke the protocol");
        return;
      }
    }
  }

  /** What a finished run prints later belongs to no job any more. */
  #report(run: unknown, events: unknown): void {
    const execution = this.#execution;
    if (execution === undefined || execution.request.run !== run) return;
    if (!Array.isArray(events)) {
      this.#lose("it broke the protocol");
      return;
    }
    for (const event of events) {
      const output = parseOutput(event);
      if (output === undefined) continue;
      if (!execution.meter.admit(output)) {
        this.#lose("it sent more output than is allowed");
        return;
      }
      execution.onOutput(output);
    }
  }

  #finish(run: unknown, value: unknown): void {
    const execution = this.#execution;
    if (execution === undefined || execution.request.run !== run) return;
    const end = parseKernelWorkerEnd(value);
    if (end === undefined) {
      this.#lose("it broke the protocol");
      return;
    }
    if (end.status === "interrupted") {
      // Which of the cells it came to is not known; what is missing is made again when it is needed.
      execution.resolve(end);
      return;
    }
    const cells = [...execution.request.before, execution.request.program].map(({ cell }) => cell);
    const last = end.status === "error" ? cells.indexOf(end.cell) : cells.length - 1;
    for (const cell of cells.slice(0, last + 1)) this.#held.add(cell);
    execution.resolve(end);
  }

  #lose(reason: string): void {
    if (this.#lostBecause !== undefined) return;
    this.#lostBecause = reason;
    this.#held.clear();
    this.#child.kill("SIGKILL");
    this.#failToStart(this.#error());
    this.#execution?.reject(this.#error());
    this.#onLost();
  }

  #error(): KernelLostError {
    return new KernelLostError(this.id, { cause: new Error(this.#lostBecause) });
  }
}
