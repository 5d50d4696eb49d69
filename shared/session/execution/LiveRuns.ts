import type * as Y from "yjs";
import type { CellId, RunId } from "../../base/ids.ts";
import { readRun } from "../../notebook/editRuns.ts";
import type { RunRecord, Runs } from "../../notebook/runRecord.ts";
import type { LateOutput } from "../KernelPool.ts";
import type { LiveRun } from "./LiveRun.ts";

/** Ended runs whose late prints are still written: one for each cell that ran last. */
const LATE_RUNS = 200;

/** Our runs that execute, or whose end is being written, and those that have ended and may print yet. */
export class LiveRuns {
  readonly #doc: Y.Doc;
  readonly #live = new Map<RunId, LiveRun>();
  readonly #ended = new Map<RunId, LiveRun>();

  constructor(doc: Y.Doc) {
    this.#doc = doc;
  }

  get(run: RunId): LiveRun | undefined {
    return this.#live.get(run);
  }

  knows(run: RunId): boolean {
    return this.#live.has(run) || this.#ended.has(run);
  }

  add(live: LiveRun): void {
    this.#live.set(live.execution.run, live);
  }

  /** Its end is written. What it prints from now on is late. */
  end(live: LiveRun): void {
    this.#live.delete(live.execution.run);
    for (const [run, other] of this.#ended) {
      const outdated = other.execution.cell === live.execution.cell || this.#ended.size >= LATE_RUNS;
      if (!outdated) continue;
      other.recorder.close();
      this.#ended.delete(run);
    }
    this.#ended.set(live.execution.run, live);
  }

  values(): Iterable<LiveRun> {
    return this.#live.values();
  }

  /** The run of this cell that executes; else one whose end is being written. */
  of(cell: CellId): LiveRun | undefined {
    return [...this.#live.values()].filter(({ execution }) => execution.cell === cell).at(-1);
  }

  /** A cell's last run: one of ours whose end is being written, else the document's. */
  recordOf(cell: CellId): RunRecord | undefined {
    const own = this.of(cell)?.recorder.record;
    return own === undefined || own.status === "began" ? readRun(this.#doc, cell) : own;
  }

  /** `runs` with those of ours that are not written yet. */
  withOwn(runs: Runs): Runs {
    if (this.#live.size === 0) return runs;
    const known = new Map(runs);
    for (const live of this.#live.values()) known.set(live.execution.cell, live.recorder.record);
    return known;
  }

  addLate({ run, output }: LateOutput): void {
    (this.#live.get(run) ?? this.#ended.get(run))?.recorder.addLate(output);
  }

  /** Nothing of them is written any more. */
  close(): void {
    for (const live of [...this.#live.values(), ...this.#ended.values()]) live.recorder.close();
  }

  stop(): void {
    for (const live of [...this.#live.values(), ...this.#ended.values()]) live.stop();
  }
}
