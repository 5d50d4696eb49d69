import fc from "fast-check";
import { expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import type { Execution } from "#shared/execution/execution.ts";
import { createExecutions, stepExecutions, type ExecutionEvent } from "#shared/execution/executionMachine.ts";
import { checkProperty } from "../support/property.ts";

const CELLS = ["a", "b", "c", "d", "e", "f"] as CellId[];
const cells = fc.subarray(CELLS);

/** What may happen; runs are chosen by number among those that run, so that most events mean something. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("request" as const),
      cells: fc.shuffledSubarray(CELLS, { minLength: 1 }),
      agent: fc.boolean(),
      source: fc.nat(1),
      asked: fc.boolean(),
      cut: fc.nat(6),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("end" as const),
      which: fc.nat(10),
      ok: fc.boolean(),
      lost: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("stop" as const), cells: fc.option(cells, { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("cancel" as const), which: fc.nat(10) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("move" as const),
      which: fc.nat(10),
      offset: fc.constantFrom(-1 as const, 1 as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("lose" as const), kernel: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("stray" as const), run: fc.string() }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Follows a machine from outside and holds every step to the invariants. */
class Observer {
  #state;
  #runs = 0;
  #requests = 0;
  readonly #kernels: number;
  readonly #taken = new Map<RunId, Execution>();
  readonly #running = new Map<RunId, { cell: CellId; slot: string }>();
  readonly #left = new Set<RunId>();

  constructor(kernels: number) {
    this.#kernels = kernels;
    this.#state = createExecutions(kernels);
  }

  happen(what: Happening): void {
    switch (what.type) {
      case "request":
        return this.#step({ type: "requested", executions: this.#request(what) });
      case "end": {
        const run = [...this.#running.keys()][what.which % Math.max(1, this.#running.size)];
        return run === undefined ? undefined : this.#end(run, what.ok && !what.lost, what.lost);
      }
      case "stop":
        return this.#step({ type: "stop-requested", cells: what.cells && new Set(what.cells) });
      case "cancel":
        return this.#step({ type: "run-stop-requested", run: this.#known(what.which) });
      case "move": {
        const before = this.#pairs();
        this.#step({ type: "reordered", run: this.#known(what.which), offset: what.offset });
        // One that was moved to the front may have begun; whether it may, `#start` judges.
        const waits = (pair: string): boolean => pair.split(" ").every((run) => !this.#running.has(run as RunId));
        expect(this.#pairs()).toEqual(before.filter(waits));
        return;
      }
      case "lose":
        // A kernel that executes reports its loss by the end of its run.
        if ([...this.#running.values()].some(({ slot }) => slot === String(what.kernel))) return;
        return this.#step({ type: "kernel-lost", kernel: what.kernel });
      case "stray":
        return this.#step({ type: "ended", run: what.run as RunId, ok: true, holds: new Set() });
    }
  }

  #known(which: number): RunId {
    const { executions } = this.#state;
    return executions[which % Math.max(1, executions.length)]?.run ?? ("none" as RunId);
  }

  /** Which run stands before which, of those where one reads from the other or both are of one cell. */
  #pairs(): readonly string[] {
    const { executions } = this.#state;
    return executions
      .filter(({ state }) => state === "queued")
      .flatMap((one, at, queued) =>
        queued
          .slice(at + 1)
          .filter(({ cell, needs }) => cell === one.cell || needs.includes(one.cell) || one.needs.includes(cell))
          .map(({ run }) => `${one.run} ${run}`),
      )
      .sort();
  }

  /** Everything that runs ends: then nothing may be left. */
  drain(): void {
    for (let run = [...this.#running.keys()][0]; run !== undefined; run = [...this.#running.keys()][0]) {
      this.#end(run, true, false);
    }
    expect(this.#state.executions).toEqual([]);
    expect([...this.#taken.keys()].filter((run) => !this.#left.has(run))).toEqual([]);
  }

  #request(what: Happening & { type: "request" }): readonly Execution[] {
    this.#requests++;
    // Two components that share no cell; each cell needs the one before it in the list.
    const parts = [what.cells.slice(0, what.cut), what.cells.slice(what.cut)];
    return parts.flatMap((part) => {
      const component = new Set(part);
      return part.map((cell, at): Execution => ({
        run: `run${++this.#runs}` as RunId,
        cell,
        request: this.#requests,
        place: what.agent ? { at: "agent", agent: "agent" as PeerId } : { at: "here" },
        sourceHash: contentHashOfText(`${cell}${what.source}`),
        asked: what.asked,
        needs: at === 0 ? [] : [part[at - 1]!],
        component,
      }));
    });
  }

  #end(run: RunId, ok: boolean, lost: boolean): void {
    const { cell, slot } = this.#running.get(run)!;
    this.#leave(run);
    this.#running.delete(run);
    const before = this.#state.kernels[Number(slot)] ?? new Set<CellId>();
    this.#step({ type: "ended", run, ok, holds: lost ? new Set() : new Set([...before, cell]) });
  }

  #leave(run: RunId): void {
    // 1. Each run leaves once.
    expect(this.#left.has(run)).toBe(false);
    this.#left.add(run);
  }

  #step(event: ExecutionEvent): void {
    const { state, effects } = stepExecutions(this.#state, event);
    this.#state = state;
    if (event.type === "requested") {
      for (const execution of state.executions) this.#taken.set(execution.run, execution);
    }
    for (const effect of effects) {
      if (effect.type === "drop") {
        for (const { run } of effect.executions) {
          expect(this.#running.has(run)).toBe(false);
          this.#leave(run);
        }
      } else if (effect.type === "stop") expect(this.#running.has(effect.run)).toBe(true);
      else this.#start(effect.execution, effect.kernel);
    }
    // 6. Nothing waits where nothing runs.
    if (this.#running.size === 0) expect(state.executions).toEqual([]);
    expect(
      state.executions
        .filter(({ state: own }) => own === "running")
        .map(({ run }) => run)
        .sort(),
    ).toEqual([...this.#running.keys()].sort());
  }

  #start({ run, cell, place, needs }: Execution, kernel: number | undefined): void {
    const slot = place.at === "here" ? String(kernel) : "agent";
    if (place.at === "here") expect(kernel).toBeLessThan(this.#kernels);
    const running = [...this.#running.values()];
    // 2. and 3.
    expect(running.map((one) => one.slot)).not.toContain(slot);
    expect(running.map((one) => one.cell)).not.toContain(cell);
    // 4. Nothing it needs runs, or waits before it.
    for (const needed of needs) expect(running.map((one) => one.cell)).not.toContain(needed);
    const at = this.#state.executions.findIndex((one) => one.run === run);
    expect(this.#state.executions.slice(0, at).filter((one) => needs.includes(one.cell))).toEqual([]);
    expect(this.#left.has(run)).toBe(false);
    this.#running.set(run, { cell, slot });
  }
}

it("executes every run at most once, never two of one cell at once, and never gets stuck", async () => {
  await checkProperty(
    "execution machine",
    500,
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(happening, { maxLength: 60 }), (kernels, happenings) => {
      const observer = new Observer(kernels);
      for (const what of happenings) observer.happen(what);
      observer.drain();
    }),
  );
});
