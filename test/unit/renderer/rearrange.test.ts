import { afterEach, expect, it } from "vitest";
import type { CellId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { deleteCells, moveCells } from "#shared/notebook/editCells.ts";
import { setReactive } from "#shared/notebook/runOptions.ts";
import { LiveDataflow } from "#shared/session/dataflow/LiveDataflow.ts";
import { rearrange } from "../../../renderer/commands/rearrange.ts";
import type { NotebookServices } from "../../../renderer/notebook/services/notebookServices.ts";
import { ANA, id, RunnerBench } from "../../support/RunnerBench.ts";
import { untilTrue } from "../../support/until.ts";

let bench: RunnerBench;
let dataflow: LiveDataflow;
let executed: (readonly CellId[])[];
/** The page becomes idle, and what reads cells is loaded. */
let becomeIdle: () => void;
afterEach(() => {
  dataflow.close();
  bench.runner.close();
});

/** A reactive notebook in which all cells ran, just opened: nothing has been read yet. */
async function justOpened(sources: Record<string, string>): Promise<Pick<NotebookServices, "session" | "dataflow">> {
  bench = new RunnerBench(sources);
  await bench.run(...Object.keys(sources));
  setReactive(bench.doc, true);
  const idle = new Promise<void>((resolve) => (becomeIdle = resolve));
  const { doc, controls, clock } = bench;
  dataflow = new LiveDataflow({ doc, controls, clock, idle: () => idle, pause: () => Promise.resolve() });
  executed = [];
  const session = { doc, execute: (cells: readonly CellId[]) => executed.push(cells) };
  // reason: of the session only these are used.
  return { session: session as unknown as NotebookServices["session"], dataflow };
}

it("runs what a move concerns also where no cell has been read yet, when it is", async () => {
  const notebook = await justOpened({ a: "x = 1", b: "x", c: "x = 2" });
  rearrange(notebook, () => moveCells(bench.doc, [id("c")], { before: id("b") }));
  expect(executed).toEqual([]);
  becomeIdle();
  await untilTrue("it is executed", () => executed.length > 0);
  expect(executed).toEqual([[id("b")]]);
});

it("keeps several quick changes apart, and compares each with what was before it", async () => {
  const notebook = await justOpened({ a: "x = 1", b: "x", c: "y = 2", d: "y" });
  rearrange(notebook, () => deleteCells(bench.doc, [id("a")], { peer: ANA, name: "Ana", at: unixMs(1) }));
  rearrange(notebook, () => deleteCells(bench.doc, [id("c")], { peer: ANA, name: "Ana", at: unixMs(1) }));
  becomeIdle();
  await untilTrue("both are executed", () => executed.length === 2);
  expect(executed).toEqual([[id("b")], [id("d")]]);
});

it("runs nothing where nothing reads from elsewhere", async () => {
  const notebook = await justOpened({ a: "x = 1", b: "x", c: "y = 2" });
  rearrange(notebook, () => moveCells(bench.doc, [id("c")], { before: id("a") }));
  // What comes after it is executed after it.
  rearrange(notebook, () => deleteCells(bench.doc, [id("a")], { peer: ANA, name: "Ana", at: unixMs(1) }));
  becomeIdle();
  await untilTrue("the second is executed", () => executed.length > 0);
  expect(executed).toEqual([[id("b")]]);
});
