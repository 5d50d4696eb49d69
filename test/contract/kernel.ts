// What every kernel promises (shared/ports/Kernel.ts). Call `kernelContract` in a test file of each adapter.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { KernelLostError } from "#shared/base/errors.ts";
import { CellId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { OUTPUT_LIMIT, STREAM_LIMIT, type Kernel, type KernelEnd, type KernelRequest } from "#shared/ports/Kernel.ts";
import { flowOf, requestFor } from "../support/programs.ts";
import { SLACK } from "../support/slack.ts";

export interface KernelFixture {
  /** A fresh kernel. The suite closes it. */
  start(): Promise<Kernel>;
  /** Called once before and after all. */
  setUp?(): Promise<void>;
  tearDown?(): Promise<void>;
  /** False for a kernel in the test's own thread, which cannot be stopped while it computes. */
  readonly stopsLoops: boolean;
  /** True for a kernel in a thread of its own, which hears of errors that nobody caught. */
  readonly hearsUncaught?: boolean;
  /** Makes a kernel die while it executes, as a crash does. Left out where nothing can be killed. */
  kill?(kernel: Kernel): Promise<void>;
}

interface Ran {
  readonly end: KernelEnd;
  readonly outputs: readonly CellOutput[];
}

/** Time in which a stop must have taken effect. */
const STOP_TIME = 200;

/** Executes one request to its end. */
export async function runOn(kernel: Kernel, request: KernelRequest, signal?: AbortSignal): Promise<Ran> {
  const outputs: CellOutput[] = [];
  const given = signal ?? new AbortController().signal;
  const end = await kernel.execute(request, (output) => outputs.push(output), given);
  return { end, outputs };
}

/** Text of all outputs of one stream. */
export function printed(outputs: readonly CellOutput[], name: "stdout" | "stderr" = "stdout"): string {
  return outputs.map((output) => (output.output_type === "stream" && output.name === name ? output.text : "")).join("");
}

function signalled(): { received: Promise<void>; signal: () => void } {
  let signal = (): void => undefined;
  const received = new Promise<void>((resolve) => (signal = resolve));
  return { received, signal: () => signal() };
}

const result = (text: string): CellOutput => ({
  output_type: "execute_result",
  data: { "text/plain": text },
  metadata: {},
  execution_count: null,
});
const OK: KernelEnd = { status: "ok" };

export function kernelContract(name: string, fixture: KernelFixture): void {
  describe(`a kernel: ${name}`, () => {
    const started: Kernel[] = [];
    const start = async (): Promise<Kernel> => {
      const kernel = await fixture.start();
      started.push(kernel);
      return kernel;
    };
    beforeAll(async () => fixture.setUp?.());
    afterEach(() => started.splice(0).forEach((kernel) => kernel.close()));
    afterAll(async () => fixture.tearDown?.());

    it("executes a cell and reports the value of its last expression", async () => {
      const kernel = await start();
      expect(await runOn(kernel, requestFor(flowOf({ a: "1 + 1" }), "a"))).toEqual({ end: OK, outputs: [result("2")] });
      expect(await runOn(kernel, requestFor(flowOf({ a: "const x = 1" }), "a"))).toEqual({ end: OK, outputs: [] });
    });

    it("keeps values for the cells that read them", async () => {
      const kernel = await start();
      const flow = flowOf({ a: "const x = [1, 2]", b: "const y = x.length", c: "x.concat(y).join()" });
      for (const cell of ["a", "b"]) await runOn(kernel, requestFor(flow, cell));
      expect((await runOn(kernel, requestFor(flow, "c"))).outputs).toEqual([result("'1,2,2'")]);
      expect([...kernel.holds()].sort()).toEqual(["a", "b", "c"]);
    });

    it("executes the programs of `before` first, unheard", async () => {
      const kernel = await start();
      const flow = flowOf({ a: "console.log('unheard'); const x = 20", b: "const y = x + 1", c: "x + y" });
      expect(await runOn(kernel, requestFor(flow, "c", ["a", "b"]))).toEqual({ end: OK, outputs: [result("41")] });
      expect([...kernel.holds()].sort()).toEqual(["a", "b", "c"]);
    });

    it("tells when a program of `before` fails, and which", async () => {
      const kernel = await start();
      const flow = flowOf({ a: "const x = 1\nnull.x", b: "x" });
      const { end, outputs } = await runOn(kernel, requestFor(flow, "b", ["a"]));
      expect(end).toEqual({ status: "error", cell: "a", at: { line: 2, column: 6 } });
      expect(outputs.at(-1)).toMatchObject({ output_type: "error", ename: "TypeError" });
    });

    it.runIf(fixture.hearsUncaught)(
      "ends a cell by its error in a timer, or its promise left alone, and goes on",
      async () => {
        const kernel = await start();
        const waits = "await new Promise(() => {})";
        const flow = flowOf({
          a: "const x = 1",
          timer: `setTimeout(() => { null.oops }, 5)\n${waits}`,
          promise: `void (async () => { await null; throw new RangeError("alone") })()\n${waits}`,
          b: "x",
        });
        await runOn(kernel, requestFor(flow, "a"));
        for (const [cell, ename, column] of [
          ["timer", "TypeError", 25],
          ["promise", "RangeError", 39],
        ] as const) {
          const { end, outputs } = await runOn(kernel, requestFor(flow, cell));
          expect(end).toEqual({ status: "error", cell, at: { line: 1, column } });
          expect(outputs).toMatchObject([{ output_type: "error", ename }]);
        }
        expect(await runOn(kernel, requestFor(flow, "b"))).toEqual({ end: OK, outputs: [result("1")] });
      },
    );

    it("lets a cell be executed again: its readers see the new definition", async () => {
      const kernel = await start();
      const first = flowOf({ a: "const x = 1", b: "x" });
      const second = flowOf({ a: "const x = 2", b: "x" });
      await runOn(kernel, requestFor(first, "a"));
      expect((await runOn(kernel, requestFor(first, "b"))).outputs).toEqual([result("1")]);
      await runOn(kernel, requestFor(second, "a"));
      expect((await runOn(kernel, requestFor(second, "b"))).outputs).toEqual([result("2")]);
    });

    it("gives each reader the definition it is bound to, not the latest", async () => {
      const kernel = await start();
      const flow = flowOf({ a: "const x = 1", b: "x", c: "const x = 2", d: "x" });
      for (const cell of ["a", "c"]) await runOn(kernel, requestFor(flow, cell));
      expect((await runOn(kernel, requestFor(flow, "b"))).outputs).toEqual([result("1")]);
      expect((await runOn(kernel, requestFor(flow, "d"))).outputs).toEqual([result("2")]);
    });

    it("waits for promises", async () => {
      const kernel = await start();
      const flow = flowOf({
        a: "const x = await Promise.resolve(4)",
        b: "new Promise((done) => setTimeout(done, 5, x))",
      });
      await runOn(kernel, requestFor(flow, "a"));
      expect((await runOn(kernel, requestFor(flow, "b"))).outputs).toEqual([result("4")]);
    });

    it("reports an error with the place in the cell", async () => {
      const kernel = await start();
      const flow = flowOf({ a: "const ok = 1\n\n  ok.no.such", b: "ok" });
      const { end, outputs } = await runOn(kernel, requestFor(flow, "a"));
      expect(end).toEqual({ status: "error", cell: "a", at: { line: 3, column: 9 } });
      const error = outputs.at(-1)!;
      if (error.output_type !== "error") throw new Error("no error output");
      expect(error).toMatchObject({ ename: "TypeError", evalue: expect.stringContaining("such") as string });
      expect(error.traceback).toEqual([
        `TypeError: ${error.evalue}`,
        "    at cell line 3:9",
        "",
        "3 |   ok.no.such",
        `${" ".repeat(12)}^`,
      ]);
      // What was defined before the error is there.
      expect((await runOn(kernel, requestFor(flow, "b"))).outputs).toEqual([result("1")]);
    });

    it("names the cell of a function that fails elsewhere", async () => {
      const kernel = await start();
      const flow = flowOf({ lib: "const first = 1; function f(o) { return o.a.b }", user: "first\nf({})" });
      await runOn(kernel, requestFor(flow, "lib"));
      const { end, outputs } = await runOn(kernel, requestFor(flow, "user"));
      expect(end).toEqual({ status: "error", cell: "user", at: { line: 2, column: 1 } });
      const error = outputs.at(-1)!;
      expect(error.output_type === "error" && error.traceback.slice(1)).toEqual([
        "    at f (cell lib line 1:45)",
        "    at cell line 2:1",
        "",
        "1 | const first = 1; function f(o) { return o.a.b }",
        `${" ".repeat(4 + 44)}^`,
      ]);
    });

    it.each([
      "throw 'text'",
      "throw undefined",
      "throw { a: 1 }",
      "throw Object.create(null)",
      "Promise.reject(new Error('no'))",
    ])("reports whatever is thrown: %s", async (source) => {
      const { end, outputs } = await runOn(await start(), requestFor(flowOf({ a: source }), "a"));
      expect(end).toMatchObject({ status: "error", cell: "a" });
      expect(outputs.at(-1)).toMatchObject({ output_type: "error" });
    });

    it("reports outputs in the order in which the cell made them", async () => {
      const source = "console.log('a'); display(1); console.error('b'); console.log('c'); await null; display(2); 3";
      const { outputs } = await runOn(await start(), requestFor(flowOf({ a: source }), "a"));
      const kinds = outputs.map((output) => (output.output_type === "stream" ? output.text : output.output_type));
      expect(kinds).toEqual(["a\n", "display_data", "b\n", "c\n", "display_data", "execute_result"]);
    });

    it("cuts what a run prints at the limit, with a notice", async () => {
      const kernel = await start();
      const source = "for (let i = 0; i < 300_000; i++) console.log('line', i, 'of many'); 'end'";
      const { end, outputs } = await runOn(kernel, requestFor(flowOf({ a: source }), "a"));
      expect(end).toEqual(OK);
      expect(printed(outputs).length).toBe(STREAM_LIMIT);
      expect(printed(outputs, "stderr")).toMatch(/output cut: one run may print 1\.0 MiB/);
      // The next run has its own limit.
      expect(printed((await runOn(kernel, requestFor(flowOf({ b: "console.log(1)" }), "b"))).outputs)).toBe("1\n");
    });

    it("leaves out outputs above the limit, with a notice", async () => {
      const source = "for (let i = 0; i < 4; i++) display(html('x'.repeat(4 * 1024 * 1024)))";
      const { end, outputs } = await runOn(await start(), requestFor(flowOf({ a: source }), "a"));
      expect(end).toEqual(OK);
      expect(JSON.stringify(outputs).length).toBeLessThan(OUTPUT_LIMIT + 1024);
      expect(outputs.filter(({ output_type }) => output_type === "display_data")).toHaveLength(2);
      expect(printed(outputs, "stderr")).toMatch(/was left out: one run may show 10\.0 MiB/);
    });

    it("stops a cell that waits, and says that its values are gone", async () => {
      const kernel = await start();
      const stop = new AbortController();
      const running = runOn(
        kernel,
        requestFor(flowOf({ a: "console.log('on'); await new Promise(() => {})" }), "a"),
        stop.signal,
      );
      setTimeout(() => stop.abort(), 20);
      expect((await running).end).toEqual({ status: "interrupted", stateLost: true });
      expect(kernel.holds().size).toBe(0);
    });

    it("does not begin what was stopped before", async () => {
      const stop = new AbortController();
      stop.abort();
      const { end, outputs } = await runOn(await start(), requestFor(flowOf({ a: "1" }), "a"), stop.signal);
      expect(end).toMatchObject({ status: "interrupted" });
      expect(outputs).toEqual([]);
    });

    if (fixture.stopsLoops) {
      it("stops an endless loop", async () => {
        const kernel = await start();
        const stop = new AbortController();
        const outputs: CellOutput[] = [];
        const began = signalled();
        const request = requestFor(flowOf({ a: "console.log('on'); while (true) {}" }), "a");
        const running = kernel.execute(request, (output) => (outputs.push(output), began.signal()), stop.signal);
        await began.received;
        const pressed = performance.now();
        stop.abort();
        expect(await running).toEqual({ status: "interrupted", stateLost: true });
        expect(performance.now() - pressed).toBeLessThan(STOP_TIME * SLACK);
        expect(printed(outputs)).toBe("on\n");
        await expect(runOn(kernel, requestFor(flowOf({ a: "1" }), "a"))).rejects.toBeInstanceOf(KernelLostError);
      });

      it("survives a flood of prints without end", async () => {
        const kernel = await start();
        const stop = new AbortController();
        let size = 0;
        const cut = signalled();
        const heard = (output: CellOutput): void => {
          size += JSON.stringify(output).length;
          if (output.output_type === "stream" && output.text.includes("output cut")) cut.signal();
        };
        const request = requestFor(flowOf({ a: "for (let i = 0; ; i++) console.log(i)" }), "a");
        const running = kernel.execute(request, heard, stop.signal);
        await cut.received;
        stop.abort();
        expect(await running).toMatchObject({ status: "interrupted" });
        expect(size).toBeLessThan(2 * STREAM_LIMIT);
      });
    }

    if (fixture.kill) {
      it("rejects with KernelLostError when it dies", async () => {
        const kernel = await start();
        const running = runOn(kernel, requestFor(flowOf({ a: "await new Promise(() => {})" }), "a"));
        const lost = expect(running).rejects.toBeInstanceOf(KernelLostError);
        await Promise.all([lost, fixture.kill?.(kernel)]);
        expect(kernel.holds().size).toBe(0);
      });
    }

    it("rejects with KernelLostError when it is closed, and from then on", async () => {
      const kernel = await start();
      const running = runOn(kernel, requestFor(flowOf({ a: "await new Promise(() => {})" }), "a"));
      const lost = expect(running).rejects.toBeInstanceOf(KernelLostError);
      kernel.close();
      await lost;
      await expect(runOn(kernel, requestFor(flowOf({ a: "1" }), "a"))).rejects.toBeInstanceOf(KernelLostError);
      expect(kernel.holds().size).toBe(0);
    });

    it("shows values richly, with a text beside", async () => {
      const kernel = await start();
      const shown = async (source: string): Promise<unknown> => {
        const { outputs } = await runOn(kernel, requestFor(flowOf({ a: source }), "a"));
        const [output] = outputs;
        return output?.output_type === "execute_result" ? output.data : output;
      };
      expect(await shown("({ a: [1, 'x', null] })")).toEqual({
        "application/json": { a: [1, "x", null] },
        "text/plain": "{ a: [ 1, 'x', null ] }",
      });
      expect(await shown("html`<b>${'<i>'}</b>`")).toMatchObject({ "text/html": "<b>&lt;i&gt;</b>" });
      expect(await shown("md`*${'*'}*`")).toMatchObject({ "text/markdown": "*\\**" });
      expect(await shown("image(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))")).toMatchObject({ "image/png": "iVBORw==" });
      expect(await shown("new Map([[1, 2]])")).toEqual({ "text/plain": "Map(1) { 1 => 2 }" });
    });

    it("knows a cell only by its id, whatever that is", async () => {
      const kernel = await start();
      const id = CellId.parse("-_A9".repeat(16))!;
      const flow = flowOf({ [id]: "const x = 1\nx.a.b", b: "x" });
      expect((await runOn(kernel, requestFor(flow, id))).end).toMatchObject({ cell: id, at: { line: 2, column: 5 } });
    });
  });
}
