import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CellOutput } from "#shared/notebook/output.ts";
import { OUTPUT_COUNT_LIMIT } from "#shared/notebook/runRecord.ts";
import { OUTPUT_BATCH, STREAM_LIMIT } from "#shared/ports/Kernel.ts";
import type { RunOutputs as Outputs } from "../../../../workers/kernel/RunOutputs.ts";

// RunOutputs takes the clock and the timer when it is loaded, before any cell could replace them.
let now = 0;
let timers: { at: number; ring: () => void }[] = [];
let RunOutputs: typeof Outputs;

beforeEach(async () => {
  now = 1_000;
  timers = [];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("setTimeout", (ring: () => void, delay: number) => timers.push({ at: now + delay, ring }));
  vi.resetModules();
  ({ RunOutputs } = await import("../../../../workers/kernel/RunOutputs.ts"));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  // Other test files of this process must not get the one with our timer.
  vi.resetModules();
});

const shown = (text: string): CellOutput => ({
  output_type: "display_data",
  data: { "text/plain": text },
  metadata: {},
});

function outputs() {
  const sent: CellOutput[][] = [];
  return { sent, made: new RunOutputs((events) => void sent.push([...events])) };
}
function pass(duration: number): void {
  now += duration;
  for (const timer of timers.splice(0)) {
    if (timer.at <= now) timer.ring();
    else timers.push(timer);
  }
}
const texts = (batches: CellOutput[][]): string[][] =>
  batches.map((batch) => batch.map((output) => (output.output_type === "stream" ? output.text : output.output_type)));

describe("RunOutputs given progress", () => {
  const texts = (batches: CellOutput[][]): unknown[] =>
    batches.flat().map((output) => (output.output_type === "display_data" ? output.data["text/plain"] : output));

  it("sends the first at once, then the last of each quarter second, without a timer of a loop", () => {
    const { sent, made } = outputs();
    for (let done = 0; done < 1_000; done++, now++) made.progress({ done, total: 1_000, text: "" });
    expect(texts(sent)).toEqual(["0 %", "25 %", "50 %", "75 %"]);
    made.flush();
    expect(texts(sent).at(-1)).toBe("99 %");
  });

  it("rings for the last one, and counts as one output", () => {
    const { sent, made } = outputs();
    for (let step = 0; step < 2 * OUTPUT_COUNT_LIMIT; step++) {
      made.progress({ done: 1, total: 2, text: `step ${step}` });
      pass(250);
    }
    expect(texts(sent).at(-1)).toBe(`50 % · step ${2 * OUTPUT_COUNT_LIMIT - 1}`);
    expect(made.closed).toBe(false);
  });
});

describe("RunOutputs", () => {
  it("sends the first print at once and gathers those that follow", () => {
    const { sent, made } = outputs();
    made.print("stdout", "a\n");
    expect(texts(sent)).toEqual([["a\n"]]);
    made.print("stdout", "b\n");
    made.print("stdout", "c\n");
    made.print("stderr", "d\n");
    made.show(shown("x"));
    expect(sent).toHaveLength(1);
    pass(OUTPUT_BATCH);
    expect(texts(sent)).toEqual([["a\n"], ["b\nc\n", "d\n", "display_data"]]);
  });

  it("sends without a timer while a loop never lets one ring", () => {
    const { sent, made } = outputs();
    for (let tick = 0; tick < 100; tick++) {
      made.print("stdout", ".");
      now += 10;
    }
    expect(sent.length).toBeGreaterThan(15);
    expect(sent.length).toBeLessThan(25);
  });

  it("cuts prints at the limit in bytes, never inside a character, and says so at once", () => {
    const { sent, made } = outputs();
    for (let line = 0; !made.closed; line++) made.print("stdout", "ñ€😀 ".repeat(10_000));
    const text = sent
      .flat()
      .map((output) => (output.output_type === "stream" && output.name === "stdout" ? output.text : ""))
      .join("");
    const size = new TextEncoder().encode(text).length;
    expect(size).toBeLessThanOrEqual(STREAM_LIMIT);
    expect(size).toBeGreaterThan(STREAM_LIMIT - 5);
    expect(text).not.toContain("\ufffd");
    expect(sent.flat().at(-1)).toMatchObject({ name: "stderr", text: "\n[output cut: one run may print 1.0 MiB]\n" });
    const before = sent.length;
    made.print("stdout", "more");
    made.show(shown("more"));
    made.flush();
    expect(sent).toHaveLength(before);
  });

  it("cuts the number of outputs", () => {
    const { sent, made } = outputs();
    for (let at = 0; at < 2 * OUTPUT_COUNT_LIMIT; at++) made.show(shown(String(at)));
    made.flush();
    expect(sent.flat().length).toBeLessThan(OUTPUT_COUNT_LIMIT);
    expect(sent.flat().at(-1)).toMatchObject({ output_type: "stream", name: "stderr" });
  });

  it("keeps the place of an output that is still being made", async () => {
    const { sent, made } = outputs();
    let ready: (output: CellOutput) => void = () => undefined;
    made.print("stdout", "before\n");
    const waiting = made.showLater(new Promise((resolve) => (ready = resolve)));
    made.print("stdout", "after\n");
    pass(OUTPUT_BATCH);
    expect(texts(sent)).toEqual([["before\n"]]);
    ready(shown("picture"));
    await waiting;
    made.flush();
    expect(texts(sent)).toEqual([["before\n"], ["display_data", "after\n"]]);
  });

  it("shows the error that ends a run whatever the limits say", () => {
    const { sent, made } = outputs();
    made.print("stdout", "x".repeat(2 * STREAM_LIMIT));
    made.showError({ output_type: "error", ename: "E", evalue: "", traceback: [] });
    made.flush();
    expect(sent.flat().at(-1)).toMatchObject({ output_type: "error" });
  });
});

describe("RunOutputs at the end of a run", () => {
  const value: CellOutput = { output_type: "execute_result", data: {}, metadata: {}, execution_count: null };

  it("sends the value of the cell with the end, and what came before at once", () => {
    const sent: { readonly events: readonly string[]; readonly last: boolean }[] = [];
    const made = new RunOutputs((events, last) => {
      sent.push({ events: events.map(({ output_type }) => output_type), last });
    });
    made.show(shown("before"));
    made.show(value);
    expect(sent).toEqual([{ events: ["display_data"], last: false }]);
    made.end();
    expect(sent.slice(1)).toEqual([{ events: ["execute_result"], last: true }]);
  });

  it("says nothing at the end if everything has been sent", () => {
    const sent: boolean[] = [];
    const made = new RunOutputs((_, last) => void sent.push(last));
    made.show(shown("all"));
    made.end();
    expect(sent).toEqual([false]);
  });
});
