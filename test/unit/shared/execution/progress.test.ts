import { expect, it } from "vitest";
import { collectOutput } from "#shared/execution/collectOutput.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { createProgress, parseProgress, progressOutput } from "#shared/notebook/progress.ts";
import { PROGRESS_MIME } from "#shared/notebook/progressMime.ts";
import { RunnerBench } from "../../../support/RunnerBench.ts";

it("keeps progress within its bounds, whatever a cell gives", () => {
  expect(createProgress(3, 10, "files")).toEqual({ done: 3, total: 10, text: "files" });
  expect(createProgress(0.5, undefined, undefined)).toEqual({ done: 0.5, total: 1, text: "" });
  expect(createProgress(12, 10, 7)).toEqual({ done: 10, total: 10, text: "7" });
  expect(createProgress(Number.NaN, -1, "x".repeat(999)).text).toHaveLength(200);
  expect(createProgress(3n, 4n, "")).toEqual({ done: 3, total: 4, text: "" });
});

it("takes the place of the progress before it, and lets prints go on around it", () => {
  const print = (text: string): CellOutput => ({ output_type: "stream", name: "stdout", text });
  const bar = (done: number): CellOutput => progressOutput({ done, total: 4, text: "" });
  const all = [print("a"), bar(1), print("b"), bar(2), print("c")];
  const collected = all.reduce<readonly CellOutput[]>((outputs, one) => collectOutput(outputs, one, undefined), []);
  expect(collected).toEqual([print("a"), bar(2), print("bc")]);
});

it("refuses what no kernel sends", () => {
  for (const value of [undefined, {}, { done: 2, total: 1 }, { done: -1, total: 1 }, { done: 0, total: 0 }]) {
    expect(parseProgress(value)).toBeUndefined();
  }
});

it("is what a cell calls progress, unless a cell defines the name", async () => {
  const loop = "for (let i = 0; i <= 5; i++) progress(i, 5, `step ${i}`)";
  const bench = new RunnerBench({ a: loop });
  await bench.run("a");
  expect(bench.outputs("a")).toMatchObject([
    { data: { [PROGRESS_MIME]: { done: 5, total: 5, text: "step 5" }, "text/plain": "100 % · step 5" } },
  ]);
  bench.runner.close();
  const own = new RunnerBench({ a: "let progress = 1; progress" });
  await own.run("a");
  expect(own.text("a")).toBe("1");
  own.runner.close();
});
