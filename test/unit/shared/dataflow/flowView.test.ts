import { afterEach, describe, expect, it } from "vitest";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { flowView, isStale, type CellFlow } from "#shared/dataflow/flowView.ts";
import type { StaleReason } from "#shared/dataflow/staleReason.ts";
import { deleteCells, insertCells, setCellSource } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { unixMs } from "#shared/base/units.ts";
import { ANA, id, RunnerBench } from "../../../support/RunnerBench.ts";

let bench: RunnerBench;
afterEach(() => bench.runner.close());

const reader = new FlowReader();
function view(): ReadonlyMap<string, CellFlow> {
  const { cells, runs } = readNotebook(bench.doc);
  const there = new Set(cells.map((cell) => cell.id));
  return flowView({
    flow: reader.read(cells),
    runs,
    hash: (source) => reader.hash(source),
    isThere: (cell) => there.has(cell),
  });
}
const reason = (cell: string): StaleReason | undefined => view().get(cell)?.reason;
const stale = (): readonly string[] => [...view().values()].filter(isStale).map(({ cell }) => cell);
const edit = (cell: string, source: string): void => setCellSource(bench.doc, id(cell), source);

async function ran(sources: Record<string, string>): Promise<void> {
  bench = new RunnerBench(sources);
  await bench.run(...Object.keys(sources));
  expect(stale()).toEqual([]);
}

describe("why a cell is out of date", () => {
  it("is its own text, and for its readers that they read from it", async () => {
    await ran({ a: "let x = 1", b: "let y = x", c: "y" });
    edit("a", "let x = 2");
    expect(reason("a")).toEqual({ kind: "changed" });
    expect(reason("b")).toEqual({ kind: "outdated", name: "x", cell: "a" });
    expect(reason("c")).toEqual({ kind: "outdated", name: "y", cell: "b" });
    expect(stale()).toEqual(["a", "b", "c"]);
  });

  it("is that what it reads was made again", async () => {
    await ran({ a: "let x = 1", b: "x" });
    edit("a", "let x = 2");
    await bench.run("a");
    expect(reason("a")).toBeUndefined();
    expect(reason("b")).toEqual({ kind: "made-again", name: "x", cell: "a" });
  });

  it("is that a name is read from another cell now", async () => {
    await ran({ a: "let x = 1", b: "x" });
    insertCells(bench.doc, { after: id("a") }, [
      { id: id("n"), kind: "code", language: "javascript", source: "let x = 5" },
    ]);
    expect(reason("b")).toEqual({ kind: "other-cell", name: "x", cell: "n" });
  });

  it("is that the cell it read from was deleted", async () => {
    await ran({ a: "let x = 1", b: "x" });
    deleteCells(bench.doc, [id("a")], { peer: ANA, name: "Ana", at: unixMs(1) });
    expect(reason("b")).toEqual({ kind: "deleted", name: "x", cell: "a" });
    expect(stale()).toEqual(["b"]);
  });

  it("is that the cell it read from does not define the name any more", async () => {
    await ran({ a: "let x = 1", b: "x" });
    edit("a", "let z = 1");
    expect(reason("b")).toEqual({ kind: "gone", name: "x" });
  });

  it("is nothing for a cell that never ran, or failed with all it reads as it was", async () => {
    bench = new RunnerBench({ a: "let x = 1; null.x", b: "7" });
    await bench.run("a");
    expect([reason("a"), reason("b"), stale()]).toEqual([undefined, undefined, []]);
  });

  it("goes when the change is taken back", async () => {
    await ran({ a: "let x = 1", b: "x" });
    edit("a", "let x = 2");
    edit("a", "let x = 1");
    expect(stale()).toEqual([]);
  });
});

describe("problems between cells", () => {
  it("are circles, on each cell of the circle, and names that several cells below define", () => {
    bench = new RunnerBench({ a: "let x = y", b: "let y = x", c: "z", d: "let z = 1", e: "let z = 2" });
    const problems = Object.fromEntries([...view()].map(([cell, flow]) => [cell, flow.problems]));
    expect(problems).toEqual({
      a: [{ kind: "circle", cells: ["a", "b"] }],
      b: [{ kind: "circle", cells: ["a", "b"] }],
      c: [{ kind: "ambiguous", name: "z", cells: ["d", "e"] }],
      d: [],
      e: [],
    });
  });
});

it("tells what each cell defines and reads, and who reads from it", () => {
  bench = new RunnerBench({ a: "let x = 1, w = 2", b: "x + w", c: "x" });
  expect(view().get("a")).toMatchObject({ defines: ["x", "w"], reads: [], readers: ["b", "c"], freshness: "never" });
  expect(view().get("b")?.reads).toEqual([
    { name: "x", from: "a" },
    { name: "w", from: "a" },
  ]);
});
