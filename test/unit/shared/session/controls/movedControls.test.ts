import { afterEach, expect, it } from "vitest";
import { seconds } from "#shared/base/units.ts";
import { parseControl } from "#shared/notebook/controls/parseControl.ts";
import type { Control, ControlValue } from "#shared/notebook/controls/control.ts";
import { CONTROL_MIME } from "#shared/notebook/controls/controlMime.ts";
import { setReactive } from "#shared/notebook/runOptions.ts";
import { LiveDataflow } from "#shared/session/dataflow/LiveDataflow.ts";
import { id, RunnerBench } from "../../../../support/RunnerBench.ts";

let bench: RunnerBench;
let dataflow: LiveDataflow;
afterEach(() => {
  dataflow.close();
  bench.runner.close();
});

async function open(sources: Record<string, string>): Promise<void> {
  bench = new RunnerBench(sources);
  const now = (): Promise<void> => Promise.resolve();
  dataflow = new LiveDataflow({ doc: bench.doc, controls: bench.controls, clock: bench.clock, idle: now, pause: now });
  await dataflow.stale();
}

function controlOf(cell: string): Control {
  const [output] = bench.outputs(cell);
  return parseControl(output?.output_type === "display_data" ? output.data[CONTROL_MIME] : undefined)!;
}
function move(cell: string, value: ControlValue): void {
  bench.controls.move(id(cell), controlOf(cell), value);
  bench.clock.advance(seconds(1));
}

const CELLS = { n: "const n = Inputs.slider({ label: 'N', min: 0, max: 10, value: 3 });", twice: "n * 2", other: "7" };

it("a move makes readers out of date, with the cell that it was in as the reason, and writes no run", async () => {
  await open(CELLS);
  await bench.run("n", "twice", "other");
  expect([bench.text("twice"), await dataflow.stale()]).toEqual(["6", []]);
  const before = JSON.stringify(bench.doc.getMap("runs").toJSON());
  move("n", 5);
  expect(await dataflow.stale()).toEqual(["twice"]);
  expect(dataflow.of(id("twice")).get()?.reason).toEqual({ kind: "made-again", name: "n", cell: "n" });
  expect(JSON.stringify(bench.doc.getMap("runs").toJSON())).toBe(before);
});

it("whoever reads from it next reads where it stands; moved back, what was made then is fresh again", async () => {
  await open(CELLS);
  await bench.run("n", "twice");
  move("n", 5);
  await bench.run("twice");
  expect([bench.text("twice"), await dataflow.stale()]).toEqual(["10", []]);
  move("n", 3);
  expect(await dataflow.stale()).toEqual(["twice"]);
  move("n", 5);
  expect(await dataflow.stale()).toEqual([]);
});

it("running its own cell leaves it where it stands", async () => {
  await open(CELLS);
  await bench.run("n");
  move("n", 5);
  await bench.run("n");
  await bench.run("twice");
  expect([bench.text("twice"), controlOf("n").value]).toEqual(["10", 3]);
});

it("in a reactive notebook, readers run by themselves, and end where it was let go", async () => {
  await open(CELLS);
  await bench.run("n", "twice", "other");
  setReactive(bench.doc, true);
  const own = bench.record("n")?.run;
  const control = controlOf("n");
  for (let value = 0; value <= 8; value++) bench.controls.move(id("n"), control, value);
  bench.clock.advance(seconds(1));
  await bench.idle();
  expect([bench.text("twice"), await dataflow.stale()]).toEqual(["16", []]);
  expect(bench.record("n")?.run).toBe(own);
});

it("a cell whose code puts it elsewhere since, stands where it can", async () => {
  await open({ n: "const n = Inputs.select(['a', 'b'], { label: 'N' });", read: "n" });
  await bench.run("n", "read");
  bench.controls.move(id("n"), { ...controlOf("n"), kind: "text", placeholder: "" } as Control, "no such choice");
  await bench.run("read");
  expect(bench.text("read")).toBe("'a'");
});
