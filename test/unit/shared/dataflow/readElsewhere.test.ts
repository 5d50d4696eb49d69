import { afterEach, describe, expect, it } from "vitest";
import type { CellId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { flowView, type CellFlow } from "#shared/dataflow/flowView.ts";
import { readElsewhere } from "#shared/dataflow/readElsewhere.ts";
import { deleteCells, moveCells, restoreCells, setCellSource } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { ANA, id, RunnerBench } from "../../../support/RunnerBench.ts";

let bench: RunnerBench;
afterEach(() => bench.runner.close());

const reader = new FlowReader();
function view(): ReadonlyMap<CellId, CellFlow> {
  const { cells, runs } = readNotebook(bench.doc);
  const there = new Set(cells.map((cell) => cell.id));
  const hash = (source: string): ReturnType<FlowReader["hash"]> => reader.hash(source);
  return flowView({ flow: reader.read(cells), runs, hash, isThere: (cell) => there.has(cell) });
}

function after(change: () => void): readonly string[] {
  const before = view();
  change();
  return readElsewhere(before, view());
}

const remove = (cell: string): void => deleteCells(bench.doc, [id(cell)], { peer: ANA, name: "Ana", at: unixMs(1) });
const restore = (cell: string): void => restoreCells(bench.doc, [id(cell)]);
const move = (cell: string, before: string): void => moveCells(bench.doc, [id(cell)], { before: id(before) });

describe("cells that read from elsewhere", () => {
  it("are those whose name another cell defines now, by a move and by its undoing", async () => {
    bench = new RunnerBench({ a: "let x = 1", b: "let x = 2", c: "x", d: "1" });
    await bench.run("a", "b", "c", "d");
    expect(after(() => move("c", "b"))).toEqual(["c"]);
    expect(after(() => move("b", "c"))).toEqual(["c"]);
    expect(after(() => move("d", "a"))).toEqual([]);
  });

  it("are the readers of a cell that was deleted, or came back, and not that cell", async () => {
    bench = new RunnerBench({ a: "let x = 1", b: "x", c: "1" });
    await bench.run("a", "b", "c");
    expect(after(() => remove("a"))).toEqual(["b"]);
    expect(after(() => restore("a"))).toEqual(["b"]);
    expect(after(() => remove("b"))).toEqual([]);
    expect(after(() => restore("b"))).toEqual([]);
  });

  it("include a reader that comes back when what it read has run anew", async () => {
    bench = new RunnerBench({ a: "let x = 1", b: "x" });
    await bench.run("a", "b");
    remove("b");
    await bench.run("a");
    expect(after(() => restore("b"))).toEqual(["b"]);
  });

  it("leave out what would execute a text that nobody executed", async () => {
    bench = new RunnerBench({ a: "let x = 1", c: "x", b: "let x = 2" });
    await bench.run("a", "c");
    expect(after(() => move("b", "c"))).toEqual([]);
    setCellSource(bench.doc, id("a"), "let x = 3");
    expect(after(() => move("a", "c"))).toEqual([]);
    await bench.run("a");
    expect(after(() => move("b", "a"))).toEqual([]);
    expect(after(() => move("b", "c"))).toEqual([]);
    await bench.run("b");
    expect(after(() => move("a", "c"))).toEqual(["c"]);
  });
});
