import type { Dispose } from "../../base/dispose.ts";
import { KernelLostError, messageOf, NotRunError } from "../../base/errors.ts";
import type { CellId, PeerId, RunId } from "../../base/ids.ts";
import { ms, seconds, type Milliseconds, type UnixMs } from "../../base/units.ts";
import { programOf, type FlowCell, type NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { Execution } from "../../execution/execution.ts";
import type { Refusal } from "../../execution/planRun.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { NOT_RUN_LIMIT, type RunRecord } from "../../notebook/runRecord.ts";
import type { AskedRun } from "../../ports/AskedRunStore.ts";
import type { Kernel, KernelEnd, KernelRequest, KernelWait } from "../../ports/Kernel.ts";
import type { KernelPlace } from "../../ports/KernelPlace.ts";
import { keptFlow, type KeptFlowTools } from "../kept/KeptFlow.ts";
import type { Execute } from "../kept/keepProgram.ts";
import type { FoundMemo, Memo, RanMemo } from "../kept/Memo.ts";
import { ClusterTasks, type ClusterPlace } from "../cluster/ClusterTasks.ts";
import { errorOf, notRunOutput, refusalOutput } from "./refusalOutput.ts";
import { withHint } from "./undefinedName.ts";
import { kernelLostOutput, stateLostOutput, timeLimitOutput } from "./stopOutput.ts";
import { givenUpIn, GIVEN_UP } from "../outbox/askedLimits.ts";
import type { PlaceWay } from "../outbox/placeWay.ts";
import { reachPlace } from "../outbox/reachPlace.ts";
import { wantedAt } from "./wantedAt.ts";
import { TimeLimiter } from "./TimeLimiter.ts";
import { RunRecorder, type RecorderTools } from "./RunRecorder.ts";
import { RunRequests, type RequestTools } from "./RunRequests.ts";

/** A kernel that does not end a run this long after being told to is given up. */
const STOP_LIMIT: Milliseconds = seconds(5);

/** What is executed, as the notebook was when it was asked for. */
export interface RunPlan {
  readonly execution: Execution;
  readonly flow: NotebookFlow;
  readonly refusal: Refusal | undefined;
  /** True: the execution began in an earlier life of this device, and is only waited for. */
  readonly adopted?: true;
  /** It was asked for in an earlier life of this device, and never began. */
  readonly resumed?: AskedRun;
}

export interface LiveRunTools extends RecorderTools, RequestTools, Pick<KeptFlowTools, "record" | "kept"> {
  readonly onOutput: () => void;
  /** It is somewhere else now. */
  readonly onPlace: () => void;
  /** Where the run may have work done on other computers; undefined: nowhere. */
  readonly cluster: ClusterPlace | undefined;
  /** Of a cell whose result is to be kept. */
  readonly memo: Memo | undefined;
}

/** How an execution ended, for those who decide what comes next. */
export interface LiveEnd {
  readonly ok: boolean;
  readonly holds: ReadonlySet<CellId>;
  /** The kernel is of no use any more. */
  readonly kernelLost: boolean;
  /** It was stopped before it was sent anywhere: the cell keeps what it had. */
  readonly neverBegan?: true;
}

type Ended = Pick<RunRecord, "status" | "errorAt" | "notRun">;
const NOTHING: ReadonlySet<CellId> = new Set();
const NEVER_BEGAN: LiveEnd = { ok: false, holds: NOTHING, kernelLost: false, neverBegan: true };

/** One execution from its start to its record in the document. */
export class LiveRun {
  readonly execution: Execution;
  readonly where: string;
  readonly recorder: RunRecorder;
  readonly #tools: LiveRunTools;
  readonly #plan: RunPlan;
  readonly #cell: FlowCell | undefined;
  readonly #requests: RunRequests;
  #begin: Milliseconds;
  readonly #stop = new AbortController();
  #ended: Ended | undefined;
  #waits: KernelWait | undefined;
  #place: KernelPlace | undefined;
  #kernel: Kernel | undefined;
  /** The time limit that it has come to. */
  #overdue: Milliseconds | undefined;
  #answer: (text: string) => void = () => undefined;

  /** `record`: as it stands at the start. `where`: for people. */
  constructor(tools: LiveRunTools, plan: RunPlan, record: RunRecord, where: string) {
    this.#tools = tools;
    this.#plan = plan;
    this.execution = plan.execution;
    this.where = where;
    this.#cell = plan.flow.get(plan.execution.cell);
    this.#begin = tools.clock.monotonic();
    this.#requests = new RunRequests(tools, plan.execution);
    this.recorder = new RunRecorder(tools, plan.execution.cell, record);
  }

  get started(): UnixMs {
    return this.recorder.record.started ?? this.#tools.clock.now();
  }

  get outputs(): readonly CellOutput[] {
    return this.recorder.outputs;
  }

  /** What it waits for, beside its own computing. */
  get waits(): KernelWait | undefined {
    return this.#waits;
  }

  /** Where it is, if it may move between agents. */
  get place(): KernelPlace | undefined {
    return this.#place;
  }

  /** Gives the line of text it waits for, if it does. */
  answer(text: string): void {
    this.#answer(text);
  }

  /** Has it done by this agent, or by any, if it may move between agents. */
  move(to: PeerId | undefined): void {
    this.#kernel?.move?.(this.execution.run, to);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Executes, on a kernel that `acquire` gives. Never rejects: whatever goes wrong is the run's end. */
  async execute(acquire: () => Kernel | Promise<Kernel>, way?: PlaceWay): Promise<LiveEnd> {
    const { refusal } = this.#plan;
    if (way !== undefined && refusal === undefined && !(await this.#reach(way))) {
      if (this.#stop.signal.aborted) return NEVER_BEGAN;
      this.#add(errorOf("NotSent", GIVEN_UP));
      return this.#end({ status: "error", errorAt: undefined });
    }
    this.recorder.start();
    if (refusal !== undefined) {
      this.#add(refusalOutput(refusal, this.#cell?.source ?? ""));
      const at = refusal.reason === "syntax" ? refusal.error : undefined;
      return this.#end({ status: "error", errorAt: at && { line: at.line, column: at.column } });
    }
    let kernel: Kernel;
    try {
      kernel = await acquire();
    } catch (error) {
      if (error instanceof NotRunError) return this.#notRun(error.message, notRunOutput(error));
      const reason = messageOf(error);
      return this.#notRun(reason, errorOf("KernelError", reason));
    }
    this.#kernel = kernel;
    const { flow } = this.#plan;
    const tools = { ...this.#tools, asMoved: this.#requests.asMoved };
    const kept = keptFlow(flow, this.execution.cell, tools, (needed) => this.#requests.isThere(kernel, needed));
    return this.#executeOn(kernel, kept instanceof Promise ? await kept : kept);
  }

  /** Waits until the place can be asked. False if that was not to be: stopped, or given up. */
  async #reach(way: PlaceWay): Promise<boolean> {
    const { clock } = this.#tools;
    const reached = await reachPlace(way, {
      clock,
      signal: this.#stop.signal,
      within: givenUpIn(this.#plan.resumed?.at ?? clock.now(), clock.now()),
      onWait: (wait) => {
        this.#waits = wait;
        this.#tools.onPlace();
        this.#tools.onOutput();
      },
    });
    this.#waits = undefined;
    this.#begin = clock.monotonic();
    this.recorder.restart(clock.now());
    if (!reached) this.recorder.where = { at: "any", parked: undefined, ...wantedAt(this.execution.place) };
    return reached;
  }

  /** Writes the end into the document. Resolves when it is written, at once if nothing needs a blob. */
  record(): Promise<void> {
    const { clock } = this.#tools;
    // An earlier life's clock is gone; the wall clock is the best there is.
    const duration = this.#plan.adopted ? clock.now() - this.started : clock.monotonic() - this.#begin;
    return this.recorder.end({
      ...(this.#ended ?? { status: "interrupted", errorAt: undefined }),
      duration: ms(Math.max(0, Math.round(duration))),
    });
  }

  async #executeOn(kernel: Kernel, flow: NotebookFlow): Promise<LiveEnd> {
    const adopted = this.#plan.adopted && this.#requests.nothing().request.program;
    const program = adopted ?? (this.#cell && programOf(this.#cell));
    if (program === undefined) return this.#end({ status: "error", errorAt: undefined }, kernel);
    const memo = this.#plan.adopted ? undefined : this.#tools.memo;
    const execute: Execute = (request, onOutput) => this.#stoppable(kernel, request, onOutput);
    const memoRun = this.#requests.memoRun({ kernel, flow, program }, execute);
    const held = new Set(kernel.holds());
    const limiter = this.#limiter();
    const stopWaits = this.#watchWaits(kernel, limiter);
    const stopPlace = kernel.onPlace?.((run, place) => this.#moveTo(run, place));
    const stopHelping = this.#helpWithTasks(kernel, flow);
    try {
      limiter?.run();
      const found = await memo?.find(memoRun);
      if (this.#stop.signal.aborted && memo !== undefined) {
        return this.#end({ status: "interrupted", errorAt: undefined }, kernel, kernel.lost);
      }
      if (found !== undefined) return this.#take(found, kernel);
      this.#noteInputs();
      const { request, versions } = this.#plan.adopted
        ? this.#requests.nothing()
        : this.#requests.request({ kernel, flow: memo?.flowFor(memoRun) ?? flow, program });
      const end = await this.#stoppable(kernel, request, (output) => this.#add(output));
      this.#tools.versions.note(kernel, versions);
      if (memo !== undefined && end.status === "ok") this.recorder.kept = await memo.keep(memoRun, this.#ran());
      const kernelLost = end.status === "interrupted" && end.stateLost;
      if (end.status === "interrupted") this.#tellStop(kernelLost ? held : NOTHING);
      return this.#end(endOf(end, this.execution.cell), kernel, kernelLost);
    } catch (error) {
      if (error instanceof NotRunError) return this.#notRun(error.message, notRunOutput(error), kernel);
      if (!(error instanceof KernelLostError)) this.#add(errorOf("KernelError", messageOf(error)));
      else if (this.#stop.signal.aborted) this.#tellStop(held);
      else this.#add(kernelLostOutput(error.cause instanceof Error ? error.cause.message : ""));
      return this.#end({ status: "interrupted", errorAt: undefined }, kernel, true);
    } finally {
      limiter?.pause();
      stopWaits();
      stopPlace?.();
      stopHelping();
    }
  }

  /** What somebody's run gave is what this one would give. */
  #take({ result, mark }: FoundMemo, kernel: Kernel): LiveEnd {
    this.#noteInputs();
    this.recorder.clear();
    for (const output of result.outputs) this.#add(output);
    this.recorder.kept = mark;
    return this.#end({ status: "ok", errorAt: undefined }, kernel);
  }

  #noteInputs(): void {
    if (!this.#plan.adopted) this.recorder.inputs = this.#requests.inputs(this.#cell);
  }

  #ran(): RanMemo {
    const { outputs } = this.recorder;
    return { run: this.execution.run, duration: ms(this.#tools.clock.monotonic() - this.#begin), outputs };
  }

  #moveTo(run: RunId, place: KernelPlace): void {
    if (run !== this.execution.run) return;
    const before = this.#place;
    this.#place = place;
    // A lost attempt is over before the next one is given to somebody.
    const again = before !== undefined && (place.attempt !== before.attempt || place.given !== before.given);
    if (again) this.recorder.clear();
    const wanted = wantedAt(this.execution.place);
    if (place.state === "parked") this.recorder.where = { at: "any", parked: place.loss, ...wanted };
    else if (place.agent !== undefined && place.agent !== before?.agent) {
      this.recorder.where = { at: "agent", agent: place.agent, name: place.name, ...wanted };
    }
    this.#tools.onPlace();
    this.#tools.onOutput();
  }

  /** An agent keeps to the limit itself: only it knows when the run begins there. */
  #limiter(): TimeLimiter | undefined {
    const { limit, clock } = this.#tools;
    if (limit === undefined || this.execution.place.at !== "here") return undefined;
    return new TimeLimiter(clock, limit, () => {
      this.#overdue = limit;
      this.stop();
    });
  }

  /** `lost`: cells whose values went with the kernel. */
  #tellStop(lost: ReadonlySet<CellId>): void {
    if (this.#overdue !== undefined) this.#add(timeLimitOutput(this.#overdue));
    const told = stateLostOutput(this.#plan.flow, lost, this.execution.cell);
    if (told !== undefined) this.#add(told);
  }

  /** Time in which it waits for a person, or for a language to start, is not the cell's. */
  #watchWaits(kernel: Kernel, limiter: TimeLimiter | undefined): Dispose {
    const { run } = this.execution;
    this.#answer = (text) => kernel.answer?.(run, text);
    const stop = kernel.onWait?.((waiting, wait) => {
      if (waiting !== run) return;
      this.#waits = wait;
      if (wait === undefined) limiter?.run();
      else limiter?.pause();
      this.#tools.onOutput();
    });
    return () => {
      stop?.();
      this.#waits = undefined;
      this.#answer = () => undefined;
    };
  }

  /** Other computers work on what the run asks them to, until it ends. */
  #helpWithTasks(kernel: Kernel, flow: NotebookFlow): Dispose {
    const { cluster } = this.#tools;
    const { run, cell } = this.execution;
    if (kernel.onCluster === undefined || cluster === undefined) return () => undefined;
    const tasks = new ClusterTasks(cluster, { flow, cell, asMoved: this.#requests.asMoved });
    const stop = kernel.onCluster((asking, task, answer) => {
      if (asking === run) void tasks.answer(task).then(answer);
    });
    return () => {
      stop();
      tasks.close();
    };
  }

  async #stoppable(kernel: Kernel, request: KernelRequest, onOutput: (output: CellOutput) => void): Promise<KernelEnd> {
    const { signal } = this.#stop;
    let stopWaiting = (): void => undefined;
    const overdue = new Promise<never>((_, reject) => {
      const wait = (): void => {
        stopWaiting = this.#tools.clock.after(STOP_LIMIT, () => {
          kernel.close();
          reject(new KernelLostError(kernel.id));
        });
      };
      stopWaiting = () => signal.removeEventListener("abort", wait);
      signal.addEventListener("abort", wait, { once: true });
    });
    try {
      return await Promise.race([kernel.execute(request, onOutput, signal), overdue]);
    } finally {
      stopWaiting();
    }
  }

  #add(output: CellOutput): void {
    // What comes after the end belongs to nobody: the run is being written.
    if (this.#ended !== undefined) return;
    this.recorder.add(withHint(output, this.#cell, this.#plan.flow));
    this.#tools.onOutput();
  }

  #notRun(reason: string, output: CellOutput, kernel?: Kernel): LiveEnd {
    this.#add(output);
    return this.#end({ status: "error", errorAt: undefined, notRun: reason.slice(0, NOT_RUN_LIMIT) }, kernel);
  }

  #end(ended: Ended, kernel?: Kernel, kernelLost = false): LiveEnd {
    this.#ended = ended;
    return { ok: ended.status === "ok", holds: kernelLost ? NOTHING : (kernel?.holds() ?? NOTHING), kernelLost };
  }
}

function endOf(end: KernelEnd, cell: CellId): Ended {
  // The place of an error in a cell that was made again unheard is no place in this one.
  return { status: end.status, errorAt: end.status === "error" && end.cell === cell ? end.at : undefined };
}
