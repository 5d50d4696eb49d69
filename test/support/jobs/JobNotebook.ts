// What the faults of jobs are measured by: a notebook whose cells any agent may run, and what its document says of each.

import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { parseRunRecord, type RunStatus } from "#shared/notebook/runRecord.ts";
import { AnyAgentKernel } from "#shared/session/AnyAgentKernel.ts";
import { JobDispatcher } from "#shared/session/JobDispatcher.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import type { KernelPlace } from "#shared/ports/KernelPlace.ts";
import { untilTrue, untilValue } from "../until.ts";
import { id, RunnerBench } from "../RunnerBench.ts";

/** Cells named `c0`, `c1`, … with one source. */
export const cellsOf = (count: number, source: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`c${n}`, source]));

export class JobNotebook {
  readonly bench: RunnerBench;
  readonly dispatcher: JobDispatcher;
  /** Of each cell, every end that was written into the document, in order. */
  readonly ends = new Map<string, RunStatus[]>();

  constructor(requester: JobRequester, sources: Record<string, string>, seed = 1) {
    this.dispatcher = new JobDispatcher({ requester, clock: systemClock, seed });
    const kernel = new AnyAgentKernel(this.dispatcher, RoomId.create());
    this.bench = new RunnerBench(sources, { anyKernel: () => kernel });
    const runs = this.bench.doc.getMap("runs");
    runs.observe(({ keys }) => {
      for (const [cell, { oldValue }] of keys) this.#note(cell, oldValue as unknown, runs.get(cell));
    });
  }

  /** Has all its cells run by whichever agents there are. */
  start(cells: readonly string[] = this.bench.cells()): void {
    this.bench.runner.execute(cells.map(id), { at: "any" });
  }

  /** Resolves when the document has the end of every cell, however many there are: patience begins anew as one ends. */
  async ended(): Promise<void> {
    const { busy } = this.bench.runner;
    for (let left = busy.get(); left > 0; left = busy.get()) await untilValue(busy, (now) => now !== left);
    await this.bench.idle();
  }

  /** Where a cell's job is now; undefined if it is not out. */
  place(cell: string): KernelPlace | undefined {
    const activity = this.bench.activity(cell);
    return activity.state === "running" ? activity.place : undefined;
  }

  /** True when the cell has printed something and not ended. */
  isPrinting(cell: string): boolean {
    const activity = this.bench.activity(cell);
    return activity.state === "running" && activity.outputs.length > 0;
  }

  printing(cell: string): Promise<void> {
    return untilTrue(`${cell} prints`, () => this.isPrinting(cell));
  }

  /** What a cell printed, as the document has it. */
  printed(cell: string): string {
    return this.bench.text(cell);
  }

  get endedCells(): number {
    return this.ends.size;
  }

  /** Cells of which the document was told an end more or less than once. Empty: each ended once. */
  get notOnce(): readonly string[] {
    return this.bench.cells().filter((cell) => this.ends.get(cell)?.length !== 1);
  }

  /** How many cells ended in which way. A parked one is an error whose place says so. */
  get tally(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const cell of this.bench.cells()) {
      const record = this.bench.record(cell);
      const parked = record?.where.at === "any" && record.where.parked !== undefined;
      const how = parked ? "parked" : (record?.status ?? "never");
      counts[how] = (counts[how] ?? 0) + 1;
    }
    return counts;
  }

  #note(cell: string, before: unknown, after: unknown): void {
    const [was, is] = [parseRunRecord(before), parseRunRecord(after)];
    if (is === undefined || is.status === "began") return;
    if (was?.run === is.run && was.status === is.status) return;
    this.ends.set(cell, [...(this.ends.get(cell) ?? []), is.status]);
  }
}
