// Decides which execution runs when, and in which kernel of this process. Pure. Invariants:
// 1. A run that was taken in leaves exactly once: dropped while it was queued, or ended after it was started.
// 2. A kernel, and an agent that was chosen by name, executes at most one run at a time.
// 3. A cell is executed at most once at a time.
// 4. A run starts only after the runs before it that share its component at its place (except at "any" agent and "everybody", where no
//    values are kept), or that it needs, have left; and
//    not while a cell it needs runs, be it asked for later and elsewhere.
// 5. An event about a run or kernel that is not there changes nothing: with stops and losses under way that is normal.
// 6. After every step, no run that could start is still queued.

import type { CellId, RunId } from "../base/ids.ts";
import { reorder, type QueueOffset } from "./reorder.ts";
import { keepsNothing, samePlace, type ActiveExecution, type Execution, type KernelIndex } from "./execution.ts";

export interface ExecutionState {
  /** For each kernel of this process, the cells whose values it holds. */
  readonly kernels: readonly ReadonlySet<CellId>[];
  /** In the order in which they were taken in. */
  readonly executions: readonly ActiveExecution[];
}

export type ExecutionEvent =
  /** In the order in which they are to run. */
  | { readonly type: "requested"; readonly executions: readonly Execution[] }
  | {
      readonly type: "ended";
      readonly run: RunId;
      readonly ok: boolean;
      /** What the kernel holds now. Of no meaning for agents. */
      readonly holds: ReadonlySet<CellId>;
    }
  /** A kernel of this process died, or was replaced, while it executed nothing. */
  | { readonly type: "kernel-lost"; readonly kernel: KernelIndex }
  /** `cells` undefined: everything. */
  | { readonly type: "stop-requested"; readonly cells: ReadonlySet<CellId> | undefined }
  /** One run, whatever else is asked for in its cell. */
  | { readonly type: "run-stop-requested"; readonly run: RunId }
  | { readonly type: "reordered"; readonly run: RunId; readonly offset: QueueOffset };

export type ExecutionEffect =
  | { readonly type: "start"; readonly execution: Execution; readonly kernel: KernelIndex | undefined }
  | { readonly type: "stop"; readonly run: RunId }
  /** Queued runs that will not run. `failed`: the cell whose failure is the reason; undefined if they were stopped. */
  | { readonly type: "drop"; readonly executions: readonly Execution[]; readonly failed: CellId | undefined };

export interface ExecutionStep {
  readonly state: ExecutionState;
  readonly effects: readonly ExecutionEffect[];
}

export const createExecutions = (kernels: number): ExecutionState => ({
  kernels: Array.from({ length: kernels }, () => new Set<CellId>()),
  executions: [],
});

/** Decides what follows from one event: the next state, and the effects that make it true. */
export function stepExecutions(state: ExecutionState, event: ExecutionEvent): ExecutionStep {
  switch (event.type) {
    case "requested":
      return schedule({ state: take(state, event.executions), effects: [] });
    case "ended":
      return schedule(end(state, event));
    case "kernel-lost":
      return schedule({ state: withHolds(state, event.kernel, new Set()), effects: [] });
    case "stop-requested":
      return schedule(stop(state, ({ cell }) => event.cells === undefined || event.cells.has(cell)));
    case "run-stop-requested":
      return schedule(stop(state, ({ run }) => run === event.run));
    case "reordered":
      return schedule({
        state: { ...state, executions: reorder(state.executions, event.run, event.offset) },
        effects: [],
      });
  }
}

/** How many executions stand before `run` at its place. */
export function ahead(state: ExecutionState, run: RunId): number {
  const at = state.executions.findIndex((execution) => execution.run === run);
  const own = state.executions[at];
  if (own === undefined) return 0;
  return state.executions.slice(0, at).filter(({ place }) => samePlace(place, own.place)).length;
}

/** Adds executions, but not those that would do again what is still waiting to be done. */
function take(state: ExecutionState, executions: readonly Execution[]): ExecutionState {
  const taken = [...state.executions];
  const cells = new Set(taken.map(({ cell }) => cell));
  for (const execution of executions) {
    if (cells.has(execution.cell) && taken.some((other) => makesNeedless(other, execution))) continue;
    cells.add(execution.cell);
    taken.push({ ...execution, state: "queued" });
  }
  return { ...state, executions: taken };
}

function makesNeedless(other: ActiveExecution, execution: Execution): boolean {
  if (other.run === execution.run) return true;
  if (other.cell !== execution.cell || other.sourceHash !== execution.sourceHash) return false;
  if (!samePlace(other.place, execution.place)) return false;
  return other.state === "queued" || (!execution.asked && !other.stopping);
}

function end(state: ExecutionState, { run, ok, holds }: ExecutionEvent & { type: "ended" }): ExecutionStep {
  const ended = state.executions.find((execution) => execution.run === run);
  if (ended?.state !== "running") return { state, effects: [] };
  const left = state.executions.filter((execution) => execution !== ended);
  const next = withHolds({ ...state, executions: left }, ended.kernel, holds);
  return ok ? { state: next, effects: [] } : dropAfter(next, ended, ended.stopping);
}

/**
 * After a failure: the rest of what was asked for together, as Jupyter does, and whatever needs the failed cell. After a
 * stop only the latter: whoever stops one cell of many means that one.
 */
function dropAfter(state: ExecutionState, failed: Execution, wasStopped: boolean): ExecutionStep {
  const together = (execution: Execution): boolean => !wasStopped && execution.request === failed.request;
  return drop(state, queuedThatNeed(state, new Set([failed.cell]), together), failed.cell);
}

function stop(state: ExecutionState, meant: (execution: Execution) => boolean): ExecutionStep {
  const dropped = queuedThatNeed(state, new Set(), meant);
  const step = drop(state, dropped, undefined);
  const stops = step.state.executions.filter((one) => meant(one) && one.state === "running" && !one.stopping);
  const executions = step.state.executions.map((one) => (stops.includes(one) ? { ...one, stopping: true } : one));
  const effects = stops.map(({ run }) => ({ type: "stop", run }) as const);
  return { state: { ...step.state, executions }, effects: [...step.effects, ...effects] };
}

/** Queued executions that are `meant`, and those after them that cannot run without them or without `missing`. */
function queuedThatNeed(
  state: ExecutionState,
  missing: Set<CellId>,
  meant: (execution: Execution) => boolean,
): readonly ActiveExecution[] {
  const found: ActiveExecution[] = [];
  for (const execution of state.executions) {
    if (execution.state !== "queued") continue;
    if (!meant(execution) && !execution.needs.some((cell) => missing.has(cell))) continue;
    missing.add(execution.cell);
    found.push(execution);
  }
  return found;
}

function drop(state: ExecutionState, dropped: readonly ActiveExecution[], failed: CellId | undefined): ExecutionStep {
  if (dropped.length === 0) return { state, effects: [] };
  const executions = state.executions.filter((execution) => !dropped.includes(execution));
  return { state: { ...state, executions }, effects: [{ type: "drop", executions: dropped, failed }] };
}

/** Starts, in order, whatever can start. */
function schedule({ state, effects }: ExecutionStep): ExecutionStep {
  const executions: ActiveExecution[] = [];
  const started: ExecutionEffect[] = [];
  const running = state.executions.flatMap((one) => (one.state === "running" ? [one] : []));
  const busy = new Set(running.map(({ kernel }) => kernel));
  const cells = new Set(running.map(({ cell }) => cell));
  const earlier = new Earlier();
  const onlyHere = state.executions.every(({ place }) => place.at === "here");
  for (const [at, execution] of state.executions.entries()) {
    if (onlyHere && isFull(state, busy)) {
      executions.push(...state.executions.slice(at));
      break;
    }
    const slot = execution.state === "queued" ? freeSlot(execution, { state, busy, cells, earlier }) : undefined;
    earlier.add(execution);
    if (slot === undefined) {
      executions.push(execution);
      continue;
    }
    busy.add(slot.kernel);
    cells.add(execution.cell);
    executions.push({ ...execution, state: "running", kernel: slot.kernel, stopping: false });
    started.push({ type: "start", execution, kernel: slot.kernel });
  }
  return { state: { ...state, executions }, effects: [...effects, ...started] };
}

/** What stands before an execution in the queue, as far as it can hold it up. Kept so that long queues cost little. */
class Earlier {
  readonly #cells = new Set<CellId>();
  readonly #places = new Map<string, { cells: Set<CellId>; components: Set<ReadonlySet<CellId>> }>();

  add({ cell, component, place }: Execution): void {
    this.#cells.add(cell);
    const there = this.#places.get(placeName(place)) ?? { cells: new Set(), components: new Set() };
    there.cells.add(cell);
    there.components.add(component);
    this.#places.set(placeName(place), there);
  }

  blocks({ cell, needs, component, place }: Execution): boolean {
    if (this.#cells.has(cell) || needs.some((needed) => this.#cells.has(needed))) return true;
    const there = this.#places.get(placeName(place));
    // Where no values are kept, nothing is made for others and nothing spoilt.
    if (there === undefined || keepsNothing(place)) return false;
    if (place.at === "agent" || there.components.has(component)) return true;
    // Components are as they were when each was asked for; cells may have joined since.
    for (const other of there.components) if (other.has(cell)) return true;
    return [...component].some((related) => there.cells.has(related));
  }
}

const placeName = (place: Execution["place"]): string => (place.at === "agent" ? place.agent : place.at);

interface Situation {
  readonly state: ExecutionState;
  readonly busy: ReadonlySet<KernelIndex | undefined>;
  /** Cells that run. */
  readonly cells: ReadonlySet<CellId>;
  readonly earlier: Earlier;
}

/** Where an execution can start now; undefined if it has to wait. An agent takes one after the other. */
function freeSlot(
  execution: Execution,
  situation: Situation,
): { readonly kernel: KernelIndex | undefined } | undefined {
  const { state, busy, cells, earlier } = situation;
  const isHere = execution.place.at === "here";
  if (isHere && isFull(state, busy)) return undefined;
  if (earlier.blocks(execution) || execution.needs.some((needed) => cells.has(needed))) return undefined;
  if (!isHere) return { kernel: undefined };
  const kernel = chooseKernel(state.kernels, busy, execution);
  return kernel === undefined ? undefined : { kernel };
}

const isFull = ({ kernels }: ExecutionState, busy: ReadonlySet<KernelIndex | undefined>): boolean =>
  kernels.every((_, kernel) => busy.has(kernel));

/**
 * A kernel for it now: the one that holds most of its component, else a free one that holds least. Undefined: wait. It
 * waits also where another is free: making values again may take long, or give others.
 */
function chooseKernel(
  kernels: ExecutionState["kernels"],
  busy: ReadonlySet<KernelIndex | undefined>,
  { component }: Execution,
): KernelIndex | undefined {
  const shares = kernels.map((holds) => [...component].filter((cell) => holds.has(cell)).length);
  const most = Math.max(...shares);
  if (most > 0) {
    const best = shares.indexOf(most);
    return busy.has(best) ? undefined : best;
  }
  const free = [...kernels.keys()].filter((kernel) => !busy.has(kernel));
  const sizeOf = (kernel: KernelIndex): number => kernels[kernel]?.size ?? 0;
  return free.sort((one, other) => sizeOf(one) - sizeOf(other) || one - other)[0];
}

function withHolds(state: ExecutionState, kernel: KernelIndex | undefined, holds: ReadonlySet<CellId>): ExecutionState {
  if (kernel === undefined) return state;
  return { ...state, kernels: state.kernels.map((own, index) => (index === kernel ? holds : own)) };
}
