import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId } from "#shared/base/ids.ts";
import { planRun, type PlannedCell } from "#shared/execution/planRun.ts";
import type { Runs } from "#shared/notebook/runRecord.ts";
import { flowOf } from "../../../support/programs.ts";
import { runsAfter } from "../../../support/ranNotebook.ts";

interface Given {
  readonly runs?: Runs;
  readonly held?: readonly string[];
}

function plan(
  sources: Record<string, string>,
  requested: readonly string[],
  given: Given = {},
): readonly PlannedCell[] {
  return planRun({
    flow: flowOf(sources),
    runs: given.runs ?? new Map(),
    held: new Set((given.held ?? []) as CellId[]),
    requested: requested as CellId[],
    hash: contentHashOfText,
  });
}
const cellsOf = (planned: readonly PlannedCell[]): string => planned.map(({ cell }) => cell).join(" ");

const CHAIN = { a: "const x = 1", b: "const y = x", c: "y + 1", d: "'alone'" };
const ALL = ["a", "b", "c", "d"];
const fresh = runsAfter(flowOf(CHAIN), ALL);

describe("planRun", () => {
  it("runs what the cell needs first, if it never ran", () => {
    expect(plan(CHAIN, ["c"])).toEqual([
      { cell: "a", asked: false, needs: [], component: new Set(["a", "b", "c"]), refusal: undefined },
      { cell: "b", asked: false, needs: ["a"], component: new Set(["a", "b", "c"]), refusal: undefined },
      { cell: "c", asked: true, needs: ["b"], component: new Set(["a", "b", "c"]), refusal: undefined },
    ]);
  });
  it("runs only the cell, if what it needs is fresh", () => {
    expect(cellsOf(plan(CHAIN, ["c"], { runs: fresh, held: ALL }))).toBe("c");
  });
  it("runs only the cell also where no kernel holds the values: they are made again unheard", () => {
    expect(cellsOf(plan(CHAIN, ["c"], { runs: fresh }))).toBe("c");
  });
  it("runs what changed, and what is stale by it", () => {
    expect(cellsOf(plan({ ...CHAIN, a: "const x = 2" }, ["c"], { runs: fresh, held: ALL }))).toBe("a b c");
    expect(cellsOf(plan({ ...CHAIN, b: "const y = 3 * x" }, ["c"], { runs: fresh, held: ALL }))).toBe("b c");
  });
  it("runs again what reads from a cell that was asked for, if another needs it", () => {
    expect(cellsOf(plan(CHAIN, ["a", "c"], { runs: fresh, held: ALL }))).toBe("a b c");
    expect(cellsOf(plan(CHAIN, ["a"], { runs: fresh, held: ALL }))).toBe("a");
  });
  it("plans each cell once, in notebook order, whatever the order asked in", () => {
    expect(cellsOf(plan(CHAIN, ["d", "c", "a", "b", "c"]))).toBe("a b c d");
  });
  it("puts a cell after those it needs, also where they stand below", () => {
    expect(cellsOf(plan({ a: "y", b: "1", c: "const y = z", d: "const z = 1" }, ["a", "b"]))).toBe("d c a b");
  });
  it("uses what a failed cell had defined, where a kernel holds it", () => {
    const runs = runsAfter(flowOf(CHAIN), ["a!", "b"]);
    expect(cellsOf(plan(CHAIN, ["b"], { runs, held: ["a"] }))).toBe("b");
    expect(cellsOf(plan(CHAIN, ["b"], { runs, held: [] }))).toBe("a b");
    // b could be made again unheard, but what it needs must fail in sight.
    expect(cellsOf(plan(CHAIN, ["c"], { runs, held: [] }))).toBe("a b c");
    expect(cellsOf(plan(CHAIN, ["c"], { runs, held: ["b"] }))).toBe("c");
  });
  it("runs again what was interrupted", () => {
    expect(cellsOf(plan(CHAIN, ["b"], { runs: runsAfter(flowOf(CHAIN), ["a?"]) }))).toBe("a b");
  });
  it("ignores cells that are not there", () => {
    expect(plan(CHAIN, ["nowhere"])).toEqual([]);
  });
  it("refuses a cell that cannot be read, with the place", () => {
    expect(plan({ a: "const = 1" }, ["a"])[0]?.refusal).toMatchObject({
      reason: "syntax",
      error: { line: 1, column: 7 },
    });
  });
  it("refuses cells in a circle, each naming all of them", () => {
    const planned = plan({ a: "p = q", b: "q = p", c: "p" }, ["c"]);
    expect(cellsOf(planned)).toBe("b a c");
    expect(planned.map(({ refusal }) => refusal)).toEqual([
      { reason: "cycle", cells: ["a", "b"] },
      { reason: "cycle", cells: ["a", "b"] },
      undefined,
    ]);
  });
});
