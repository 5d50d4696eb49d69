import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import { KernelId, type CellId, type RunId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import type { StopSignal } from "#shared/base/StopSignal.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { parseKernelWorkerEnd, parseQuestion } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { SlotFrameReader } from "#shared/contracts/slot/slotFrames.ts";
import type { SlotEvent, SlotRequest } from "#shared/contracts/slot/slotProtocol.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import { needs, type Kernel, type KernelEnd, type KernelRequest, type KernelWait } from "#shared/ports/Kernel.ts";
import { KernelImports, type PackageLoaders } from "#shared/packages/KernelImports.ts";
import { SLOT_MEMORY_TEXT, type SlotCommand } from "./slotCommand.ts";
import { SlotInput } from "./SlotInput.ts";
import { SlotImports } from "./SlotImports.ts";
import { boundMemory } from "./watchMemory.ts";
import { SlotLate } from "./SlotLate.ts";
import { SlotQueue, type QueuedEnd, type QueuedExecution } from "./SlotQueue.ts";

/** A slot that is not ready by then does not start at all. */
const START_LIMIT: Milliseconds = ms(10_000);
/** A cell in Python that does not end this long after it was interrupted computes in one long step: it is ended. */
const INTERRUPT_LIMIT: Milliseconds = ms(1_000);
/** What the process says at its end tells why it ended. */
const STDERR_KEPT = 4_096;

/** Where nobody can be asked. */
const NOBODY = "nobody can be asked where this cell runs";
const STOPPED = "it was stopped";
const SILENT = "it stopped answering";
/** What a process that was ended said before is read by then. */
const READ_LIMIT: Milliseconds = ms(500);

/**
 * A kernel in a process of its own: a slot. Whatever comes from the process may have been written by a cell; what is no
 * sound frame ends it. A stop ends the process too, since JavaScript cannot be interrupted from outside; Python can.
 */
export class DenoKernel implements Kernel {
  readonly id = KernelId.create();
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #input: SlotInput;
  readonly #reader = new SlotFrameReader();
  readonly #held = new Set<CellId>();
  readonly #waits = new Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>();
  /** What it tells of runs that have ended. */
  readonly late = new SlotLate();
  readonly #ready: Promise<void>;
  readonly #imports: KernelImports;
  #becomeReady: () => void = () => {};
  #failToStart: (error: Error) => void = () => {};
  readonly #queue: SlotQueue;
  #stopInterrupt: () => void = () => {};
  #lostBecause: string | undefined;
  #crashed = false;
  /** Which run waits for a line of text. */
  #asking: RunId | undefined;
  #settled = false;
  /** Executions that wait for what they import: nothing goes before them. */
  #preparing = 0;
  #stderr = "";
  #onLost: () => void = () => {};

  /** Resolves when it can execute. `loaders`: left out where cells can import nothing. @throws KernelLostError with the reason as its cause */
  static async start(command: SlotCommand, loaders: PackageLoaders = {}): Promise<DenoKernel> {
    const kernel = new DenoKernel(command, loaders);
    await kernel.#ready;
    return kernel;
  }

  private constructor({ file, args, env }: SlotCommand, loaders: PackageLoaders) {
    this.#queue = new SlotQueue({
      takeBack: (turns) => this.#send({ type: "take-back", turns }),
      stop: (execution) => this.#stop(execution),
      silent: () => this.#lose(SILENT),
    });
    this.#imports = new KernelImports(new SlotImports((request) => this.#send(request)), loaders);
    this.#child = spawn(file, [...args], { env, cwd: "/", stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    this.#input = new SlotInput(this.#child.stdin);
    this.#ready = new Promise<void>((resolve, reject) => {
      this.#becomeReady = resolve;
      this.#failToStart = reject;
    });
    const deadline = setTimeout(() => this.#lose("it did not start in time"), START_LIMIT);
    void this.#ready.catch(() => {}).then(() => clearTimeout(deadline));
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
    signal: StopSignal,
  ): Promise<KernelEnd> {
    const missing = this.#imports.missing(request);
    if (missing !== undefined && !this.lost && !signal.aborted) {
      const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      this.#preparing += 1;
      // What comes after a stop is kept for the next time.
      await Promise.race([this.#imports.give(missing, () => Promise.resolve(false)), stopped]);
      this.#preparing -= 1;
    }
    for (;;) {
      if (this.lost) throw this.#error();
      if (signal.aborted) return { status: "interrupted", stateLost: false };
      const end = await this.#enqueue({ request, onOutput, signal, onBegan: () => {} });
      if (end !== "returned") return end;
    }
  }

  /**
   * Hands over an execution behind the one that runs, so that it begins when that ends, or at once if it has ended.
   * `onBegan`: it may have begun. `returned`: it did not and will not begin: it was stopped, the kernel is lost, or the ones in front take too long.
   */
  executeAhead(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    { signal, onBegan }: { readonly signal: StopSignal; readonly onBegan: () => void },
  ): Promise<QueuedEnd> {
    const moves = !this.lost && !signal.aborted && this.#preparing === 0 && this.#queue.moves;
    // One whose memory is watched has the slot for itself.
    const may = moves && request.program.memory === undefined && this.#imports.missing(request) === undefined;
    return may ? this.#enqueue({ request, onOutput, signal, onBegan }) : Promise.resolve("returned");
  }

  #enqueue(given: Pick<QueuedExecution, "request" | "onOutput" | "signal" | "onBegan">): Promise<QueuedEnd> {
    const { run, program, before } = given.request;
    const [turn, end] = this.#queue.add(given);
    const watched = boundMemory(this, program, end);
    this.#send({ type: "execute", run, turn, program, before });
    return watched;
  }

  /** Of the one that runs. */
  #stop({ turn, request, resolve }: QueuedExecution): void {
    const end = (): void => {
      // If nothing else can have begun meanwhile, its end is known now.
      if (this.#queue.length === 1) resolve({ status: "interrupted", stateLost: true });
      this.#lose(STOPPED);
    };
    if (!needs("python", request)) {
      end();
      return;
    }
    this.#send({ type: "interrupt", turn });
    this.#stopInterrupt();
    const deadline = setTimeout(() => this.#queue.first?.turn === turn && end(), INTERRUPT_LIMIT);
    this.#stopInterrupt = () => clearTimeout(deadline);
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
    if (this.#queue.running(run) === undefined || this.#asking !== run) return;
    this.#asking = undefined;
    this.#send(answer);
    this.#waits.emit({ run, wait: undefined });
  }

  #receiveQuestion(event: Readonly<Record<string, unknown>>): void {
    const execution = this.#queue.running(event["run"]);
    if (execution === undefined) return;
    const question = parseQuestion(event);
    // A thread that waits for one answer asks for no other.
    if (question === undefined || this.#asking === execution.request.run) {
      this.#breach();
      return;
    }
    const { run } = execution.request;
    const { prompt, secret } = question;
    this.#asking = run;
    if (this.#waits.size === 0) this.refuse(run, NOBODY);
    else this.#waits.emit({ run, wait: { on: "input", prompt, secret } });
  }

  #send(request: SlotRequest): void {
    if (request.type === "execute" && this.#queue.length === 1) this.#input.sendNow(request);
    else this.#input.send(request);
  }

  #listen(): void {
    const { stdout, stderr } = this.#child;
    stdout.on("data", (bytes: Buffer) => this.#receive(bytes));
    stderr.setEncoding("utf8");
    stderr.on("data", (text: string) => (this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT)));
    this.#child.on("error", (error) => this.#lose(`it could not be started: ${error.message}`));
    // `close` and not `exit`: by then the last of stderr has been read, which tells why.
    this.#child.on("close", () => {
      this.#lose(this.#reasonOfExit());
      this.#settle();
    });
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
        // Also of one that was ended: what it had done by then is done.
        if (!this.#settled) this.#accept(JSON.parse(text));
      }
    } catch {
      this.#breach();
    }
  }

  #accept(event: unknown): void {
    const said = isRecord(event) ? event : {};
    // reason: only the name of the type is taken on trust, and every other name is refused below.
    const type = said["type"] as SlotEvent["type"];
    switch (type) {
      case "ready":
        this.#becomeReady();
        return;
      case "events":
        this.#report(said["run"], said["events"]);
        return;
      case "question":
        this.#receiveQuestion(said);
        return;
      case "end":
        this.#finish(said["run"], said["end"]);
        return;
      case "returned":
        this.#takeBack(said["turns"]);
        return;
      case "broken":
        this.#lose("a cell replaced what its slot needs");
        return;
      default:
        this.#breach();
        return;
    }
  }

  #report(run: unknown, events: unknown): void {
    const execution = this.#queue.running(run);
    if (execution === undefined) {
      this.late.report(run, events);
      return;
    }
    if (!Array.isArray(events)) {
      this.#breach();
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
    const execution = this.#queue.running(run);
    if (execution === undefined) return;
    const end = parseKernelWorkerEnd(value);
    if (end === undefined) {
      this.#breach();
      return;
    }
    this.#stopInterrupt();
    this.#asking = undefined;
    // After an interrupt it is not known which of the cells it came to; what is missing is made again when it is needed.
    if (end.status !== "interrupted") this.#hold(execution.request, end);
    this.late.ended(execution.request.run);
    this.#queue.shift(end);
  }

  #takeBack(turns: unknown): void {
    if (Array.isArray(turns)) this.#queue.answered(new Set(turns.filter((turn) => typeof turn === "number")));
    else this.#breach();
  }

  #hold(request: KernelRequest, end: Exclude<KernelEnd, { readonly status: "interrupted" }>): void {
    if (this.lost) return;
    const cells = [...request.before, request.program].map(({ cell }) => cell);
    const last = end.status === "error" ? cells.indexOf(end.cell) : cells.length - 1;
    for (const cell of cells.slice(0, last + 1)) this.#held.add(cell);
  }

  #lose(reason: string): void {
    if (this.#lostBecause !== undefined) return;
    this.#lostBecause = reason;
    this.#held.clear();
    this.#stopInterrupt();
    this.#child.kill("SIGKILL");
    this.#failToStart(this.#error());
    // With one execution nothing is left to be told by what the process said; with none nobody listens.
    if (this.#queue.length < 2) this.#settle();
    else setTimeout(() => this.#settle(), READ_LIMIT);
    this.#onLost();
  }

  /** Nothing it says counts any more. */
  #breach(): void {
    this.#lose("it broke the protocol");
    this.#settle();
  }

  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#queue.lose((first) => {
      const stopped = this.#lostBecause === STOPPED || this.#lostBecause === SILENT;
      if (stopped && first.signal.aborted) {
        first.resolve({ status: "interrupted", stateLost: true });
      } else first.reject(this.#error());
    });
  }

  #error(): KernelLostError {
    return new KernelLostError(this.id, { cause: new Error(this.#lostBecause) });
  }
}
