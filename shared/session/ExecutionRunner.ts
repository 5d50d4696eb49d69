import { disposeAll, type Dispose } from "../base/dispose.ts";
import type { CellId, RunId } from "../base/ids.ts";
import { ms } from "../base/units.ts";
import { Value, type Readable } from "../base/value.ts";
import type { Execution, ExecutionPlace, KernelIndex } from "../execution/execution.ts";
import {
  createExecutions,
  stepExecutions,
  type ExecutionEffect,
  type ExecutionEvent,
  type ExecutionState,
} from "../execution/executionMachine.ts";
import { readRun } from "../notebook/editRuns.ts";
import { isReactive, timeLimitOf } from "../notebook/runOptions.ts";
import { readNotebook } from "../notebook/readNotebook.ts";
import type { RunRecord, Runs } from "../notebook/runRecord.ts";
import type { AskedRun } from "../ports/AskedRunStore.ts";
import type { Kernel } from "../ports/Kernel.ts";
import { NotebookControls } from "./controls/NotebookControls.ts";
import type { ExecutionControl } from "./control/ExecutionControl.ts";
import { RunnerControl } from "./control/RunnerControl.ts";
import type { ExecutionRunnerOptions } from "./execution/ExecutionRunnerOptions.ts";
import { CellActivities } from "./execution/CellActivities.ts";
import { HeldVersions } from "./execution/HeldVersions.ts";
import { MadeOutputs } from "./execution/MadeOutputs.ts";
import { LiveRun, type LiveRunTools, type RunPlan } from "./execution/LiveRun.ts";
import { LiveRuns } from "./execution/LiveRuns.ts";
import { CellPlanner } from "./execution/CellPlanner.ts";
import { adoptedExecution, newRunRecord } from "./execution/newRunRecord.ts";
import type { CellRequest } from "./execution/planRequest.ts";
import { kernelAt, PLACE_NAMES } from "./execution/runPlace.ts";
import { RunningAnnouncer, type CellRun } from "./execution/RunningAnnouncer.ts";
import { watchOthers, watchRuns } from "./execution/watchCells.ts";
import { HeldValues, holderOf, type NotebookValues } from "./inspection/NotebookValues.ts";
import { nameOf, placeOf, resumePlans, sinceOf } from "./outbox/resumePlans.ts";
import { memoOf } from "./kept/memoOf.ts";
import type { CellActivity, ExecuteOptions } from "./views.ts";

const HERE = { at: "here" } as const;

/**
 * Executes cells: performs what the machine decides, on kernels and in the document. The only one that writes the runs it
 * executes. After `close` it writes nothing.
 */
export class ExecutionRunner {
  /** Outputs of its runs that became blobs. */
  readonly made = new MadeOutputs();
  readonly #options: ExecutionRunnerOptions;
  readonly #planner: CellPlanner;
  readonly #versions = new HeldVersions();
  readonly #controls: NotebookControls;
  readonly #plans = new Map<RunId, RunPlan>();
  readonly #live: LiveRuns;
  /** Runs of an earlier life, until they start to be waited for. */
  readonly #adopted = new Map<RunId, { readonly kernel: Kernel; readonly record: RunRecord }>();
  readonly #activities: CellActivities;
  readonly #busy = new Value(0);
  readonly #disposes: Dispose[];
  #state: ExecutionState;
  #requests = 0;
  #count = 0;
  readonly #announcer: RunningAnnouncer;
  readonly #control: RunnerControl;
  #closed = false;

  constructor(options: ExecutionRunnerOptions) {
    this.#options = options;
    this.#live = new LiveRuns(options.doc);
    this.#controls = options.controls ?? new NotebookControls(options.doc, options.clock);
    this.#planner = new CellPlanner(options.doc, options.reader);
    this.#state = createExecutions(options.kernels.size);
    this.#announcer = new RunningAnnouncer(options.clock, () => this.#running(), options.showRunning);
    this.#activities = new CellActivities(() => ({
      state: this.#state,
      live: (cell) => this.#live.of(cell),
      others: options.others.get(),
      record: (cell) => readRun(options.doc, cell),
      placeName: (place) => this.#placeName(place),
    }));
    const { kernels, onAgents, others, lease } = options;
    this.#control = new RunnerControl({
      ...{ kernels, onAgents, others, lease },
      state: () => this.#state,
      live: (run) => this.#live.get(run),
      placeName: (place) => this.#placeName(place),
      step: (event) => {
        if (!this.#closed) this.#step(event);
      },
      execute: (cells, place) => this.execute(cells, place),
    });
    this.#disposes = [
      // Of one that was handed in, whoever made it takes care.
      () => (options.controls === undefined ? this.#controls.close() : undefined),
      () => this.#control.dispose(),
      watchRuns(options.doc, (cells) => this.#activities.refresh(cells)),
      watchOthers(options.others, (cells) => this.#activities.refresh(cells)),
      options.kernels.late.subscribe((late) => this.#live.addLate(late)),
    ];
  }

  /** Number of our executions that run, wait, or have an end that is being written. */
  get busy(): Readable<number> {
    return this.#busy;
  }

  /** The queue and the kernels. */
  get control(): ExecutionControl {
    return this.#control;
  }

  /** What can be seen of the values in kernels of this computer. */
  readonly values: NotebookValues = new HeldValues((cell) =>
    holderOf(this.#options.kernels, (kernel) => {
      return cell === undefined || this.#versions.isThere(kernel, cell, this.#lastRun(cell));
    }),
  );

  activity(cell: CellId): Readable<CellActivity> {
    return this.#activities.of(cell);
  }

  /** Executes cells after those they need that are stale or never ran. A cell that cannot be executed says why. */
  execute(cells: readonly CellId[], place: ExecutionPlace = HERE, { anew }: ExecuteOptions = {}): void {
    this.#planner.plan(
      () => ({ ...this.#request(cells, place), anew: anew === true }),
      (plans) => this.#take(plans),
    );
  }

  /**
   * Waits for an execution that an earlier life of this device gave to an agent, and writes its end as if it had been
   * there all the time. `kernel` knows how to take it up. Does nothing for a run that is known.
   */
  adopt(cell: CellId, record: RunRecord, kernel: Kernel): void {
    const { run } = record;
    const execution = adoptedExecution(cell, record, this.#requests + 1);
    if (this.#closed || this.#plans.has(run) || this.#live.knows(run) || execution === undefined) return;
    this.#requests++;
    this.#adopted.set(run, { kernel, record });
    this.#plans.set(run, { execution, flow: new Map(), refusal: undefined, adopted: true });
    this.#step({ type: "requested", executions: [execution] });
  }

  /** Executes what was asked for in an earlier life of this page, under the same run; or says why not. */
  resume(asked: AskedRun, refusal?: string): void {
    if (this.#closed || this.#plans.has(asked.run) || this.#live.knows(asked.run)) return;
    this.#planner.plan(
      () => ({ ...this.#request([asked.cell], placeOf(asked)), reactive: false }),
      (plans) => {
        const resumed = resumePlans(plans, asked, refusal);
        if (resumed.length === 0) this.#options.asked?.over(asked.run);
        else this.#begin(resumed);
      },
    );
  }

  /** Gives the run of this cell the line of text that it waits for. */
  answer(cell: CellId, text: string): void {
    this.#live.of(cell)?.answer(text);
  }

  /** Stops what runs or waits in these cells, or everything of ours. */
  stop(cells?: readonly CellId[]): void {
    if (!this.#closed) this.#step({ type: "stop-requested", cells: cells && new Set(cells) });
  }

  /** Starts a kernel, and reads the cells, before they are needed: the first run is then as quick as the second. */
  warm(): void {
    if (this.#closed) return;
    this.#options.kernels.warm();
    const pause = (): Promise<void> => new Promise((resolve) => this.#options.clock.after(ms(0), resolve));
    // Not in the way of whatever made somebody call this, a click for one.
    this.#options.clock.after(ms(0), () => {
      if (!this.#closed) this.#planner.warm(() => readNotebook(this.#options.doc).cells, pause);
    });
  }

  /** The page goes away at once: writes nothing any more. What agents execute goes on, for the next life to adopt. */
  leave(): void {
    this.#closed = true;
    this.#live.close();
  }

  /** Ends all executions and kernels. Runs that have not ended stay as begun, and nobody shows them: interrupted. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#announcer.close();
    this.#live.close();
    this.#live.stop();
    disposeAll(this.#disposes);
    this.#options.kernels.close();
  }

  /** Executes what reads from cells whose controls this user moved, in a notebook that is reactive. */
  moved(cells: readonly CellId[]): void {
    if (!isReactive(this.#options.doc)) return;
    this.#planner.plan(
      () => ({ ...this.#request(cells, { at: "here" }), only: "readers" }),
      (plans) => this.#take(plans),
    );
  }

  #request(cells: readonly CellId[], place: ExecutionPlace): CellRequest {
    const notebook = readNotebook(this.#options.doc);
    for (const { count } of notebook.runs.values()) this.#count = Math.max(this.#count, count ?? 0);
    const runs = this.#controls.withVersions(this.#live.withOwn(notebook.runs));
    const reactive = isReactive(this.#options.doc);
    return { notebook, runs, cells, place, held: this.#held(place, runs), request: ++this.#requests, reactive };
  }

  #take(plans: readonly RunPlan[]): void {
    if (this.#closed) return;
    const executions = plans.map(({ execution }) => execution);
    // Nobody is told that it waits before it would outlive this page.
    const written = this.#options.asked?.add(executions, (place) => this.#placeName(place));
    if (written === undefined) this.#begin(plans);
    else void written.then(() => this.#begin(plans));
  }

  #begin(plans: readonly RunPlan[]): void {
    if (this.#closed) return;
    for (const plan of plans) this.#plans.set(plan.execution.run, plan);
    this.#step({ type: "requested", executions: plans.map(({ execution }) => execution) });
  }

  #step(event: ExecutionEvent): void {
    const before = this.#state.executions;
    const { state, effects } = stepExecutions(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#forgetPlans(event);
    this.#countBusy();
    this.#control.changed();
    this.#activities.refresh(new Set([...before, ...state.executions].map(({ cell }) => cell)));
    this.#announcer.soon();
  }

  /** Of runs that were not taken, because they would do again what waits already. */
  #forgetPlans(event: ExecutionEvent): void {
    if (event.type !== "requested") return;
    const taken = new Set(this.#state.executions.map(({ run }) => run));
    for (const { run } of event.executions) if (!taken.has(run)) this.#drop(run);
  }

  #drop(run: RunId): void {
    this.#plans.delete(run);
    this.#options.asked?.over(run);
  }

  #perform(effect: ExecutionEffect): void {
    switch (effect.type) {
      case "start":
        void this.#start(effect.execution, effect.kernel);
        break;
      case "stop":
        this.#live.get(effect.run)?.stop();
        break;
      case "drop":
        for (const { run } of effect.executions) this.#drop(run);
        if (effect.failed !== undefined) {
          this.#options.onSkipped?.(
            effect.executions.map(({ cell }) => cell),
            effect.failed,
          );
        }
    }
  }

  async #start(execution: Execution, index: KernelIndex | undefined): Promise<void> {
    const { run, cell } = execution;
    const plan = this.#plans.get(run);
    if (plan === undefined) throw new Error(`run ${run} was started without a plan`);
    this.#plans.delete(run);
    // An older run of the cell whose end is still being written must not come after this one.
    this.#live.of(cell)?.recorder.close();
    const adopted = this.#adopted.get(run);
    this.#adopted.delete(run);
    const record = adopted?.record ?? this.#newRecord(execution);
    const { resumed } = plan;
    const name = this.#placeName(execution.place) || nameOf(resumed);
    const live = new LiveRun(this.#tools(execution), plan, record, name);
    this.#live.add(live);
    const way = adopted ? undefined : this.#options.wayTo?.(execution.place, { name, since: sinceOf(resumed) });
    const taken = (): Kernel | undefined => adopted?.kernel ?? (resumed && this.#options.asked?.kernelOf(resumed));
    const end = await live.execute(() => taken() ?? this.#acquire(execution, index), way);
    if (this.#closed) return;
    const gone = this.#control.takeRestart(index) || end.kernelLost;
    if (gone && index !== undefined) this.#options.kernels.replace(index);
    // The record first: what starts next may read from it.
    const recorded = end.neverBegan ? undefined : live.record();
    this.#step({ type: "ended", run, ok: end.ok, holds: gone ? new Set() : end.holds });
    await recorded;
    this.#live.end(live);
    this.#control.note(live, this.#options.clock.now());
    this.#options.asked?.ended(run);
    this.#countBusy();
    this.#activities.refresh([cell]);
    this.#announcer.soon();
  }

  #acquire({ place }: Execution, index: KernelIndex | undefined): Promise<Kernel> {
    return index === undefined ? kernelAt(place, this.#options) : this.#options.kernels.get(index);
  }

  #tools(execution: Execution): LiveRunTools {
    const { doc, blobs, clock, cluster, outputSigner, kept } = this.#options;
    const { cell } = execution;
    return {
      ...{ doc, cluster, blobs, clock, made: this.made },
      ...(outputSigner && { signer: outputSigner }),
      ...(kept && { kept }),
      memo: memoOf(execution, this.#options),
      versions: this.#versions,
      beforeBegin: () => this.#announcer.now(),
      controls: this.#controls,
      lastRun: (other) => this.#lastRun(other),
      record: (other) => this.#live.recordOf(other),
      onOutput: () => this.#activities.refresh([cell]),
      onPlace: () => this.#control.changed(),
      limit: timeLimitOf(doc, cell),
    };
  }

  #countBusy(): void {
    const known = this.#state.executions;
    const running = [...this.#live.values()].map(({ execution }) => execution.run);
    const ending = running.filter((run) => known.every((execution) => execution.run !== run));
    this.#busy.set(known.length + ending.length);
  }

  #newRecord(execution: Execution): RunRecord {
    const { peer: by, name, clock } = this.#options;
    const placeName = this.#placeName(execution.place);
    return newRunRecord(execution, { by, byName: name(), placeName, started: clock.now(), count: ++this.#count });
  }

  /** Cells whose last run some kernel at this place holds the values of. */
  #held(place: ExecutionPlace, runs: Runs): ReadonlySet<CellId> {
    const remote = place.at === "agent" ? this.#options.kernelFor(place.agent)?.kernel : undefined;
    const kernels = place.at === "here" ? this.#options.kernels.started : remote ? [remote] : [];
    return this.#versions.held(kernels, runs);
  }

  #lastRun(cell: CellId): RunId | undefined {
    const run = this.#live.recordOf(cell)?.run;
    return run && this.#controls.version(cell, run);
  }

  #placeName(place: ExecutionPlace): string {
    return place.at === "agent" ? (this.#options.kernelFor(place.agent)?.name ?? "") : PLACE_NAMES[place.at];
  }

  /** What we run or wait for: runs first. */
  #running(): readonly CellRun[] {
    const live = [...this.#live.values()].map(({ execution }) => execution);
    const waiting = this.#state.executions.filter(({ state }) => state === "queued");
    return [...live, ...waiting].map(({ cell, run }) => ({ cell, run }));
  }
}
