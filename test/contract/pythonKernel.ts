// What every kernel that has Python promises of cells in Python, beside what `kernelContract` says of all. One kernel
// serves the whole suite, but for the cases that end it: starting Python takes its time.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import { programOf } from "#shared/dataflow/resolveInputs.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { STREAM_LIMIT, type Kernel, type KernelEnd } from "#shared/ports/Kernel.ts";
import { keepingProgram, valuesShown } from "#shared/session/kept/keepProgram.ts";
import { keptValuesCell } from "#shared/session/kept/keptProgram.ts";
import { flowOf, programIn } from "../support/programs.ts";
import { python, request } from "../support/pythonPrograms.ts";
import { SLACK } from "../support/slack.ts";
import { printed, runOn } from "./kernel.ts";
import { pythonErrorCases } from "./pythonErrors.ts";

export interface PythonKernelFixture {
  start(): Promise<Kernel>;
  setUp?(): Promise<void>;
  tearDown?(): Promise<void>;
  /** False where nobody can be asked for a line of text. */
  readonly asks: boolean;
}

const OK: KernelEnd = { status: "ok" };
/** A stop that Python heeds takes effect in this time. */
const INTERRUPT_TIME = 500;
const text = (outputs: readonly CellOutput[]): unknown => {
  const last = outputs.at(-1);
  if (last?.output_type === "execute_result" || last?.output_type === "display_data") return last.data["text/plain"];
  return last;
};

export function pythonKernelContract(name: string, fixture: PythonKernelFixture): void {
  describe(`cells in Python: ${name}`, () => {
    let kernel: Kernel;
    beforeAll(async () => {
      await fixture.setUp?.();
      kernel = await fixture.start();
      // Starts Python.
      await runOn(kernel, request(python("warm", "None")));
    }, 60_000);
    afterAll(async () => {
      kernel.close();
      await fixture.tearDown?.();
    });
    const show = async (code: string, names?: Parameters<typeof python>[2]): Promise<unknown> =>
      text((await runOn(kernel, request(python("shown", code, names)))).outputs);

    it("executes a cell and reports the value of its last expression", async () => {
      const { end, outputs } = await runOn(kernel, request(python("a", "1 + 1")));
      expect(end).toEqual(OK);
      expect(outputs).toEqual([
        { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: null },
      ]);
      expect((await runOn(kernel, request(python("a", "x = 1")))).outputs).toEqual([]);
      expect((await runOn(kernel, request(python("a", "1 + 1;  # not shown")))).outputs).toEqual([]);
      expect((await runOn(kernel, request(python("a", "None")))).outputs).toEqual([]);
    });

    it("gives its values away as text, and takes them for a cell that is not executed again", async () => {
      const code = "import json\nt = (1, {'b', 'a'}, None)\ndef f(): pass\nd = {1: t}";
      await runOn(kernel, request(python("a", code, { defines: ["json", "t", "f", "d", "no"] })));
      const asked = keepingProgram(CellId.parse("a")!, ["json", "t", "f", "d", "no"], "python");
      const kept = valuesShown((await runOn(kernel, request(asked))).outputs)!;
      expect(kept.reasons).toEqual({
        f: "f cannot travel to another computer: it is a function, and only plain data can",
        no: "no was not given a value",
      });
      const bound = { inputs: new Map<string, CellId>(), unresolved: new Map<string, readonly CellId[]>() };
      const cell = { id: CellId.parse("k")!, source: code, compiled: compilePython(code), ...bound };
      const given = programOf(keptValuesCell(cell, kept.values))!;
      await runOn(kernel, request(given));
      const inputs = { t: "k", d: "k", json: "k" };
      expect(await show("(t, d == {1: t}, sorted(t[1]), json.dumps([1]))", { inputs })).toMatch(
        /^\(\(1, \{'[ab]', '[ab]'\}, None\), True, \['a', 'b'\], '\[1\]'\)$/,
      );
      // Sets have an order of their own in each process; equal ones have equal text.
      await runOn(kernel, request(python("a", "t = (1, {'a', 'b'}, None)", { defines: ["t"] })));
      const again = valuesShown(
        (await runOn(kernel, request(keepingProgram(CellId.parse("a")!, ["t"], "python")))).outputs,
      )!;
      expect(again.values["t"]).toBe(kept.values["t"]);
    });

    it("keeps values for the cells that read them, each by the cell it is bound to", async () => {
      await runOn(kernel, request(python("a", "x = [1, 2]\ndef f(): return x[0] + y", { defines: ["x", "f"] })));
      await runOn(kernel, request(python("b", "x = 'other'", { defines: ["x"] })));
      expect(await show("x", { inputs: { x: "a" } })).toBe("[1, 2]");
      expect(await show("x", { inputs: { x: "b" } })).toBe("'other'");
      const { end } = await runOn(kernel, request(python("c", "f()", { inputs: { f: "a" } })));
      // What a cell does not name it does not have.
      expect(end).toEqual({ status: "error", cell: "c", at: { line: 1, column: 1 } });
    });

    it("executes the programs of `before` first, unheard", async () => {
      const before = python("a", "print('unheard')\nx = 20", { defines: ["x"] });
      const { end, outputs } = await runOn(kernel, request(python("b", "x + 1", { inputs: { x: "a" } }), before));
      expect([end, outputs.length, text(outputs)]).toEqual([OK, 1, "21"]);
    });

    it("leaves nothing of one cell in another: no last value, no private name", async () => {
      await runOn(kernel, request(python("a", "_secret = 1\nsecret = 2\n40")));
      expect(await show("[name for name in ('_', '_secret', 'secret') if name in globals()]")).toBe("[]");
      expect(await show("_")).toMatchObject({ ename: "NameError" });
    });

    it("shows how far a cell has come", async () => {
      const { outputs } = await runOn(kernel, request(python("a", "for i in range(4): progress(i + 1, 4, 'counted')")));
      expect(text(outputs)).toBe("100 % · counted");
    });

    it("waits at the top level of a cell", async () => {
      expect(await show("import asyncio\nawait asyncio.sleep(0.01, 4)")).toBe("4");
    });

    it("reports an error with the place in the cell, and keeps what was defined before it", async () => {
      const cell = python("a", "ok = 1\n\nné = {}; né['no']['such']", { defines: ["ok"] });
      const { end, outputs } = await runOn(kernel, request(cell));
      expect(end).toEqual({ status: "error", cell: "a", at: { line: 3, column: 10 } });
      expect(outputs.at(-1)).toEqual({
        output_type: "error",
        ename: "KeyError",
        evalue: "'no'",
        traceback: [
          "KeyError: 'no'",
          "    at cell line 3:10",
          "",
          "3 | né = {}; né['no']['such']",
          `${" ".repeat(13)}^`,
        ],
      });
      expect(await show("ok", { inputs: { ok: "a" } })).toBe("1");
    });

    it("names the cell of a function that fails elsewhere, and the errors before", async () => {
      await runOn(kernel, request(python("lib", "import json\ndef f(o):\n  return json.loads(o)", { defines: ["f"] })));
      const source = "try:\n  f('{')\nexcept ValueError as error:\n  raise TypeError from error";
      const { outputs } = await runOn(kernel, request(python("user", source, { inputs: { f: "lib" } })));
      const error = outputs.at(-1)!;
      expect(error.output_type === "error" && error.traceback).toEqual([
        "TypeError",
        "    at cell line 4:3",
        "",
        "4 |   raise TypeError from error",
        "      ^",
        "Caused by JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "    at f (cell lib line 3:10)",
        "    at cell line 2:3",
      ]);
    });

    pythonErrorCases(() => kernel);

    it("reports what is no Python with its place", async () => {
      const { end, outputs } = await runOn(kernel, request(python("a", "x = 1\nif x\n  2")));
      expect(end).toEqual({ status: "error", cell: "a", at: { line: 2, column: 5 } });
      expect(outputs.at(-1)).toMatchObject({ ename: "SyntaxError", evalue: "expected ':'" });
    });

    it("says of a package that is not here that it exists", async () => {
      const { outputs } = await runOn(kernel, request(python("a", "import numpy as np")));
      // In the message itself, which is read without a trace.
      expect(outputs.at(-1)).toMatchObject({
        ename: "ModuleNotFoundError",
        evalue: expect.stringMatching(
          /^No module named 'numpy'\. numpy \d\S* exists for this Python, but was not loaded/,
        ) as string,
      });
    });

    it("reports outputs in the order in which the cell made them", async () => {
      const source = "import sys\nprint('a')\ndisplay(1)\nprint('b', file=sys.stderr)\nprint('c')\n3";
      const { outputs } = await runOn(kernel, request(python("a", source)));
      const kinds = outputs.map((output) => (output.output_type === "stream" ? output.text : output.output_type));
      expect(kinds).toEqual(["a\n", "display_data", "b\n", "c\n", "execute_result"]);
    });

    it("reports all that a cell printed right before it failed, and then the error", async () => {
      const source = "import sys\nfor n in range(3): print(n)\nprint('x', file=sys.stderr)\n1 / 0";
      const { outputs } = await runOn(kernel, request(python("a", source)));
      const shown = outputs.map((output) => (output.output_type === "stream" ? output.text : output.output_type));
      expect(shown.join("")).toBe("0\n1\n2\nx\nerror");
    });

    it("shows values richly, with a text beside", async () => {
      const shown = async (method: string, value: string): Promise<unknown> => {
        const source = `class Shown:\n  def ${method}(self, **_): return ${value}\n  def __repr__(self): return 'text'\nShown()`;
        const { outputs } = await runOn(kernel, request(python("a", source)));
        const [output] = outputs;
        return output?.output_type === "execute_result" ? output.data : output;
      };
      expect(await shown("_repr_html_", "'<b>x</b>'")).toEqual({ "text/html": "<b>x</b>", "text/plain": "text" });
      expect(await shown("_repr_markdown_", "'*x*'")).toEqual({ "text/markdown": "*x*", "text/plain": "text" });
      expect(await shown("_repr_svg_", "'<svg/>'")).toEqual({ "image/svg+xml": "<svg/>", "text/plain": "text" });
      expect(await shown("_repr_png_", "b'\\x89PNG'")).toEqual({ "image/png": "iVBORw==", "text/plain": "text" });
      const bundle = "{'application/json': {'a': [1]}}, {}";
      expect(await shown("_repr_mimebundle_", bundle)).toEqual({
        "application/json": { a: [1] },
        "text/plain": "text",
      });
    });

    it("cuts what a run prints at the limit, with a notice", async () => {
      const source = "for i in range(100_000): print('line', i, 'of many')";
      const { end, outputs } = await runOn(kernel, request(python("a", source)));
      expect(end).toEqual(OK);
      expect(printed(outputs).length).toBe(STREAM_LIMIT);
      expect(printed(outputs, "stderr")).toMatch(/output cut: one run may print 1\.0 MiB/);
    });

    it("gives plain data to cells of JavaScript, and takes it from them", async () => {
      const source =
        "x = {'list': [1, 2.5, None, True, 'é'], 'big': 2**70, 'bytes': b'ab', 'tuple': (1, {2}), 'range': range(4, 0, -2)}";
      await runOn(kernel, request(python("p", source, { defines: ["x"] })));
      const flow = flowOf({
        p: "let x",
        j: "const y = { x, n: 10n ** 20n, d: new Date(0), b: new Uint8Array([1, 2]) }; x",
      });
      const { outputs } = await runOn(kernel, request(programIn(flow, "j")));
      expect(text(outputs)).toBe(
        "{\n  list: [ 1, 2.5, null, true, 'é' ],\n  big: 1180591620717411303424n,\n" +
          "  bytes: Uint8Array(2) [ 97, 98 ],\n  tuple: [ 1, Set(1) { 2 } ],\n  range: [ 4, 2 ]\n}",
      );
      const back = "y['x']['list'], y['n'], y['d'].year, bytes(y['b'])";
      expect(await show(back, { inputs: { y: "j" } })).toBe(
        "([1, 2.5, None, True, 'é'], 100000000000000000000, 1970, b'\\x01\\x02')",
      );
      expect(await show("y['b']", { inputs: { y: "j" } })).toBe("memoryview of 2 items [1, 2]");
    });

    it("says which value cannot go to another language, and why", async () => {
      await runOn(kernel, request(python("p", "def f(): pass\nk = [f]", { defines: ["f", "k"] })));
      const flow = flowOf({ p: "let f, k", j1: "f", j2: "k", g: "const g = () => 1", h: "g" });
      const told = async (cell: string): Promise<unknown> =>
        (await runOn(kernel, request(programIn(flow, cell)))).outputs.at(-1);
      const rest = "cannot be read from another language: it is a function";
      expect(await told("j1")).toMatchObject({
        ename: "TypeError",
        evalue: expect.stringContaining(`“f” ${rest}`) as string,
      });
      expect(await told("j2")).toMatchObject({ evalue: expect.stringContaining(`a part of “k” ${rest}`) as string });
      await told("g");
      expect(await show("g", { inputs: { g: "g" } })).toMatchObject({ evalue: `“g” ${rest}` });
    });

    it("interrupts a loop, a wait and a sleep, and keeps all values", async () => {
      await runOn(kernel, request(python("a", "kept = 'safe'", { defines: ["kept"] })));
      for (const source of [
        "while True: pass",
        "import time\ntime.sleep(60)",
        "import asyncio\nawait asyncio.sleep(60)",
      ]) {
        const stop = new AbortController();
        let pressed = 0;
        const cell = request(python("b", `print('on')\n${source}`));
        const running = kernel.execute(
          cell,
          () => {
            pressed = performance.now();
            stop.abort();
          },
          stop.signal,
        );
        expect(await running, source).toEqual({ status: "interrupted", stateLost: false });
        expect(performance.now() - pressed, source).toBeLessThan(INTERRUPT_TIME * SLACK);
      }
      expect(await show("kept", { inputs: { kept: "a" } })).toBe("'safe'");
    });

    it("does not take a later execution for the one that was interrupted", async () => {
      const stop = new AbortController();
      const first = runOn(kernel, request(python("a", "1")), stop.signal);
      await first;
      stop.abort();
      expect(await show("sum(range(300_000))")).toBe("44999850000");
    });

    if (fixture.asks) {
      it("asks for lines of text, and shows what was asked and answered", async () => {
        const asked: unknown[] = [];
        const dispose = kernel.onWait?.((run, wait) => {
          if (wait?.on !== "input") return;
          asked.push(wait);
          kernel.answer?.(run, wait.secret ? "hidden" : "Ada ☕");
        });
        const source = "import getpass\nname = input('Name? ')\nword = getpass.getpass()\n[name, word]";
        const { outputs } = await runOn(kernel, request(python("a", source)));
        dispose?.();
        expect(asked).toEqual([
          { on: "input", prompt: "Name? ", secret: false },
          { on: "input", prompt: "Password: ", secret: true },
        ]);
        expect([printed(outputs), text(outputs)]).toEqual(["Name? Ada ☕\nPassword: \n", "['Ada ☕', 'hidden']"]);
      });

      it("stops a cell that waits for a line, and keeps all values", async () => {
        const stop = new AbortController();
        const dispose = kernel.onWait?.((_run, wait) => wait?.on === "input" && stop.abort());
        const { end } = await runOn(kernel, request(python("a", "input()")), stop.signal);
        dispose?.();
        expect(end).toEqual({ status: "interrupted", stateLost: false });
      });
    } else {
      it("says that nobody can be asked", async () => {
        const { outputs } = await runOn(kernel, request(python("a", "input('Name? ')")));
        expect(outputs.at(-1)).toMatchObject({
          ename: "EOFError",
          evalue: expect.stringContaining("nobody can be asked") as string,
        });
      });
    }

    it("has other random numbers in each session", async () => {
      const source = "import random\nrandom.random()";
      const one = await show(source);
      const other = await fixture.start();
      const { outputs } = await runOn(other, request(python("a", source)));
      other.close();
      expect(text(outputs)).toMatch(/^0\.\d+/);
      expect(text(outputs)).not.toBe(one);
    });

    it("ends when one long step does not heed the interrupt, and says that all values are gone", async () => {
      const doomed = await fixture.start();
      await runOn(doomed, request(python("a", "1")));
      const stop = new AbortController();
      const cell = request(python("b", "print('on')\nsum(range(10**12))"));
      const end = await doomed.execute(cell, () => stop.abort(), stop.signal);
      expect(end).toEqual({ status: "interrupted", stateLost: true });
      expect(doomed.holds().size).toBe(0);
    });
  });
}
