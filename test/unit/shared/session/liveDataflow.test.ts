import { afterEach, expect, it } from "vitest";
import { seconds } from "#shared/base/units.ts";
import { deleteCells, insertCells, setCellSource } from "#shared/notebook/editCells.ts";
import { LiveDataflow } from "#shared/session/dataflow/LiveDataflow.ts";
import { unixMs } from "#shared/base/units.ts";
import { ANA, id, RunnerBench } from "../../../support/RunnerBench.ts";

let bench: RunnerBench;
let dataflow: LiveDataflow;
afterEach(() => {
  dataflow.close();
  bench.runner.close();
});

async function follow(sources: Record<string, string>): Promise<void> {
  bench = new RunnerBench(sources);
  const now = (): Promise<void> => Promise.resolve();
  dataflow = new LiveDataflow({ doc: bench.doc, controls: bench.controls, clock: bench.clock, idle: now, pause: now });
  expect(dataflow.all.get()).toBeUndefined();
  await dataflow.stale();
}
const pass = (): void => bench.clock.advance(seconds(1));
const reads = (cell: string): readonly string[] =>
  dataflow
    .of(id(cell))
    .get()
    ?.reads.map(({ name, from }) => `${name} from ${from}`) ?? [];

it("follows edits, new cells, moves of names and deletions", async () => {
  await follow({ a: "let x = 1", b: "x" });
  expect(reads("b")).toEqual(["x from a"]);
  insertCells(bench.doc, { before: id("b") }, [
    { id: id("c"), kind: "code", language: "javascript", source: "let x = 3" },
  ]);
  pass();
  expect(reads("b")).toEqual(["x from c"]);
  deleteCells(bench.doc, [id("c")], { peer: ANA, name: "Ana", at: unixMs(1) });
  pass();
  expect(reads("b")).toEqual(["x from a"]);
  setCellSource(bench.doc, id("b"), "y");
  pass();
  expect(reads("b")).toEqual([]);
});

it("follows runs, and wakes only the cells about which something changed", async () => {
  await follow({ a: "let x = 1", b: "x", c: "7" });
  await bench.run("a", "b", "c");
  pass();
  const woken: string[] = [];
  for (const cell of ["a", "b", "c"]) dataflow.of(id(cell)).subscribe(() => woken.push(cell));
  setCellSource(bench.doc, id("a"), "let x = 2");
  expect(await dataflow.stale()).toEqual(["a", "b"]);
  expect(woken.sort()).toEqual(["a", "b"]);
});

it("gathers what is typed quickly", async () => {
  await follow({ a: "1" });
  let times = 0;
  dataflow.all.subscribe(() => times++);
  for (const text of ["let", "let x", "let x = 1"]) setCellSource(bench.doc, id("a"), text);
  expect(times).toBe(0);
  pass();
  expect(times).toBe(1);
  expect(dataflow.of(id("a")).get()?.defines).toEqual(["x"]);
});
