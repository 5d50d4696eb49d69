import { describe, expect, it } from "vitest";
import { CellId, RunId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { CellRuntime } from "../../../../workers/kernel/CellRuntime.ts";
import { flowOf, programIn } from "../../../support/programs.ts";
import { untilTrue } from "../../../support/until.ts";

/** A runtime with what it has sent, by run. */
class Bench {
  readonly sent = new Map<string, CellOutput[]>();
  readonly runtime = new CellRuntime(
    (run, events) => void this.sent.set(run, [...(this.sent.get(run) ?? []), ...events]),
  );

  async run(sources: Record<string, string>, cell: string, before: readonly string[] = [], run: string = cell) {
    const flow = flowOf(sources);
    const programs = before.map((one) => programIn(flow, one));
    return this.runtime.execute(RunId.parse(run)!, programIn(flow, cell), programs);
  }
  text(run: string, name: "stdout" | "stderr" = "stdout"): string {
    return (this.sent.get(run) ?? [])
      .map((output) => (output.output_type === "stream" && output.name === name ? output.text : ""))
      .join("");
  }
  error(run: string): CellOutput & { output_type: "error" } {
    const error = this.sent.get(run)?.at(-1);
    if (error?.output_type !== "error") throw new Error("no error");
    return error;
  }
}

describe("the console of a cell", () => {
  it("prints to the run it belongs to, also when another runs by then", async () => {
    const bench = new Bench();
    await bench.run({ a: "setTimeout(() => console.log('late from a'), 10); console.log('a')" }, "a");
    await bench.run({ b: "await new Promise((done) => setTimeout(done, 30)); console.log('b')" }, "b");
    await untilTrue("a has printed", () => bench.text("a").includes("late"));
    expect([bench.text("a"), bench.text("b")]).toEqual(["a\nlate from a\n", "b\n"]);
  });

  it("sorts its methods to the two streams, and has the usual ones", async () => {
    const bench = new Bench();
    const source = `
      console.info('i'); console.debug('d'); console.warn('w'); console.error('e');
      console.assert(1 > 2, 'not'); console.assert(true, 'no');
      console.group('G'); console.log('in\\nner'); console.groupEnd(); console.log('out');
      console.count(); console.count('x'); console.count();
      console.dir({ a: 1 }); console.table([{ n: 1 }]); console.clear();
      console.time('t'); console.timeEnd('t'); console.timeEnd('t');`;
    expect(await bench.run({ a: source }, "a")).toMatchObject({ status: "ok" });
    expect(bench.text("a", "stderr")).toBe("w\ne\nAssertion failed: not\n");
    expect(bench.text("a").replace(/t: [\d.]+ ms/, "t: ms")).toBe(
      "i\nd\nG\n  in\n  ner\nout\ndefault: 1\nx: 1\ndefault: 2\n{ a: 1 }\n   n\n─  ─\n0  1\nt: ms\nt: no such timer\n",
    );
  });

  it("prints errors with where they happened", async () => {
    const bench = new Bench();
    await bench.run({ a: "\nconsole.log('caught', new Error('x'))" }, "a");
    expect(bench.text("a")).toBe(
      "caught Error: x\n    at cell line 2:23\n\n2 | console.log('caught', new Error('x'))\n" + " ".repeat(26) + "^\n",
    );
  });
});

describe("the trace of an error", () => {
  it("names functions, built-in ones between, and folds endless recursion", async () => {
    const bench = new Bench();
    await bench.run({ a: "function f(n) { return f(n + 1) }\nf(0)" }, "a");
    const { traceback } = bench.error("a");
    expect(traceback.slice(0, 2)).toEqual([
      "RangeError: Maximum call stack size exceeded",
      "    at f (cell line 1:17)",
    ]);
    expect(traceback.length).toBeLessThan(25);
    await bench.run({ b: "[1].map((n) => n.a.b)" }, "b");
    expect(bench.error("b").traceback.slice(1, 4)).toEqual([
      "    at cell line 1:20",
      "    at Array.map",
      "    at cell line 1:5",
    ]);
  });

  it("shows causes", async () => {
    const bench = new Bench();
    await bench.run({ a: "try { null.x } catch (cause) { throw new Error('outer', { cause }) }" }, "a");
    expect(bench.error("a").traceback.join("\n")).toMatch(
      /^Error: outer\n[^]*Caused by TypeError: Cannot read[^]*cell line 1:12/,
    );
  });

  it("shows the errors of several", async () => {
    const bench = new Bench();
    await bench.run({ a: "await Promise.any([1, 2].map(async (n) => { throw new Error(`no ${n}`) }))" }, "a");
    expect(bench.error("a").traceback.filter((line) => line.startsWith("Contains"))).toEqual([
      "Contains Error: no 1",
      "Contains Error: no 2",
    ]);
  });

  it("shows the part of a long line around the place", async () => {
    const bench = new Bench();
    await bench.run({ a: `const long = "${"x".repeat(500)}"; long.no.such; const more = "${"y".repeat(500)}"` }, "a");
    const [excerpt, caret] = bench.error("a").traceback.slice(-2);
    expect(excerpt!.length).toBeLessThan(120);
    expect(excerpt!.slice(caret!.indexOf("^"))).toMatch(/^such/);
  });

  it("tells an older version of a function from the cell as it is now", async () => {
    const bench = new Bench();
    const caller = { b: "var go = () => f()" };
    await bench.run({ a: "function f() { null.old }", ...caller }, "b", ["a"]);
    await bench.run({ a: "\n\nfunction f() { null.young }" }, "a");
    await bench.run({ ...caller, c: "go()" }, "c");
    expect(bench.error("c").traceback.join("\n")).toContain("at f (cell a line 1:21)");
    expect(bench.error("c").traceback.join("\n")).toContain("1 | function f() { null.old }");
  });

  it("is the same when a cell that did not change is executed again, though it is not compiled again", async () => {
    const bench = new Bench();
    const source = { a: "let n = 0;\nconst f = () => { throw new Error(`${(n += 1)}`) };\nf()" };
    await bench.run(source, "a", [], "r1");
    await bench.run({ b: "1" }, "b");
    await bench.run(source, "a", [], "r2");
    expect(bench.error("r2")).toEqual(bench.error("r1"));
    expect(bench.error("r2").traceback.join("\n")).toContain("throw new Error");
  });

  it("survives errors that lie", async () => {
    const bench = new Bench();
    const source =
      "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); Object.defineProperty(e, 'message', { get() { throw 2 } }); throw e";
    expect(await bench.run({ a: source }, "a")).toMatchObject({ status: "error", cell: "a" });
    expect(bench.error("a")).toMatchObject({ ename: "Error", evalue: "" });
  });
});

describe("values", () => {
  it("are read as they are when the reader starts", async () => {
    const bench = new Bench();
    const sources = { a: "let n = 1; const inc = () => ++n", b: "inc()", c: "n" };
    for (const cell of ["a", "b", "c"]) await bench.run(sources, cell);
    expect(bench.sent.get("c")).toMatchObject([{ data: { "text/plain": "2" } }]);
  });

  it("that a failed cell did not come to are not defined", async () => {
    const bench = new Bench();
    const sources = { a: "const x = 1\nnull.x\nvar y = 2; const z = 3", b: "[x, typeof y, typeof z]" };
    for (const cell of ["a", "b"]) await bench.run(sources, cell);
    expect(bench.sent.get("b")).toMatchObject([{ data: { "text/plain": "[ 1, 'undefined', 'undefined' ]" } }]);
  });

  it("may have the names of what kernels give, in their own cell and in readers", async () => {
    const bench = new Bench();
    const sources = {
      a: "const html = 1, console = { log: () => 'mine' }, display = 2",
      b: "[html, console.log(), display]",
    };
    for (const cell of ["a", "b"]) expect(await bench.run(sources, cell)).toMatchObject({ status: "ok" });
    expect(bench.sent.get("b")).toMatchObject([{ data: { "text/plain": "[ 1, 'mine', 2 ]" } }]);
  });

  it("do not leak between cells that are not bound to each other", async () => {
    const bench = new Bench();
    const sources = { a: "const _x = 1; y = 2", b: "typeof _x + typeof this" };
    for (const cell of ["a", "b"]) await bench.run(sources, cell);
    expect(bench.sent.get("b")).toMatchObject([{ data: { "text/plain": "'undefinedundefined'" } }]);
    expect("y" in globalThis).toBe(false);
  });
});

describe("errors nobody caught", () => {
  const timers: { failLater?: () => Error } = globalThis as never;

  it("are shown by the cell they come from, once it has ended", async () => {
    const bench = new Bench();
    await bench.run({ a: "globalThis.failLater = () => new Error('lost')" }, "a");
    await bench.run({ b: "1" }, "b");
    bench.runtime.uncaught(timers.failLater?.());
    await untilTrue("it is told", () => (bench.sent.get("a")?.length ?? 0) > 1);
    expect(bench.error("a")).toMatchObject({ ename: "Uncaught Error", evalue: "lost" });
    expect(bench.error("a").traceback[0]).toBe("Uncaught Error: lost");
    expect(bench.error("a").traceback[1]).toContain("cell line 1:30");
    bench.runtime.uncaught("a text");
    await untilTrue("it is told", () => (bench.sent.get("b")?.length ?? 0) > 1);
    expect(bench.error("b")).toMatchObject({ ename: "Uncaught Thrown", evalue: "'a text'" });
    delete timers.failLater;
  });

  it("end the cell they come from while it is evaluated, and no other", async () => {
    const bench = new Bench();
    const waits = "await new Promise((done) => (globalThis.goOn = done)); console.log('went on')";
    await bench.run({ a: "globalThis.failLater = () => new Error('of a')" }, "a");
    const b = bench.run({ b: waits }, "b");
    bench.runtime.uncaught(timers.failLater?.());
    bench.runtime.uncaught("of nobody knows whom");
    (globalThis as { goOn?: () => void }).goOn?.();
    expect(await b).toEqual({ status: "ok", cell: "b" });
    expect(bench.text("b")).toBe("went on\n");

    const c = bench.run({ c: `const x = 1\nglobalThis.failLater = () => new Error('of c')\n${waits}` }, "c");
    bench.runtime.uncaught(timers.failLater?.());
    expect(await c).toEqual({ status: "error", cell: "c", line: 2, column: 30 });
    expect(bench.error("c")).toMatchObject({ ename: "Error", evalue: "of c" });
    expect((await bench.run({ c: "const x = 1", d: "x + 1" }, "d")).status).toBe("ok");
    expect(bench.sent.get("d")).toMatchObject([{ data: { "text/plain": "2" } }]);
    delete timers.failLater;
    Reflect.deleteProperty(globalThis, "goOn");
  });

  it("of a cell that was executed unheard are told to the run that needed it", async () => {
    const bench = new Bench();
    await bench.run({ a: "const x = 1; globalThis.failLater = () => new Error('of a')", b: "x" }, "b", ["a"]);
    bench.runtime.uncaught(timers.failLater?.());
    await untilTrue("it is told", () => (bench.sent.get("b")?.length ?? 0) > 1);
    expect(bench.error("b")).toMatchObject({ ename: "Uncaught Error", evalue: "of a" });
    delete timers.failLater;
  });

  it("are shown up to a limit", async () => {
    const bench = new Bench();
    await bench.run({ a: "1" }, "a");
    for (let at = 0; at < 50; at++) bench.runtime.uncaught(at);
    await untilTrue("the notice is sent", () => bench.text("a", "stderr") !== "");
    expect(bench.sent.get("a")?.filter((output) => output.output_type === "error")).toHaveLength(20);
    expect(bench.text("a", "stderr")).toBe("[only the first 20 errors that nobody caught are shown]\n");
  });

  it("before any cell ran change nothing", () => {
    new Bench().runtime.uncaught(new Error("early"));
    expect(CellId.parse("a")).toBe("a");
  });
});
