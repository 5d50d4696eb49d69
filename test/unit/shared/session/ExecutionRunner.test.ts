import { afterEach, describe, expect, it } from "vitest";
import { seconds } from "#shared/base/units.ts";
import { setCellSource } from "#shared/notebook/editCells.ts";
import { MemoryKernel } from "../../../support/MemoryKernel.ts";
import { ANA, asked, id, RunnerBench } from "../../../support/RunnerBench.ts";
import { untilTrue } from "../../../support/until.ts";

let bench: RunnerBench;
afterEach(() => bench.runner.close());

describe("executing a cell", () => {
  it("writes one record with everything about the run", async () => {
    bench = new RunnerBench({ a: "console.log('hi'); 1 + 1" });
    await bench.run("a");
    expect(bench.record("a")).toMatchObject({
      by: ANA,
      byName: "Ana",
      where: { at: "here" },
      status: "ok",
      count: 1,
      inputs: {},
      started: bench.clock.now(),
      duration: 0,
    });
    expect(bench.outputs("a")).toEqual([
      { output_type: "stream", name: "stdout", text: "hi\n" },
      { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: 1 },
    ]);
    await bench.run("a");
    expect(bench.record("a")?.count).toBe(2);
  });

  it("runs first what it needs, in sight, and notes which run each name was read from", async () => {
    bench = new RunnerBench({ a: "const x = 2", b: "const y = x + 1", c: "x * y" });
    await bench.run("c");
    expect(["a", "b", "c"].map((cell) => bench.record(cell)?.count)).toEqual([1, 2, 3]);
    expect(bench.text("c")).toBe("6");
    expect(bench.record("c")?.inputs).toEqual({ x: bench.record("a")?.run, y: bench.record("b")?.run });
    await bench.run("c");
    expect(["a", "b", "c"].map((cell) => bench.record(cell)?.count)).toEqual([1, 2, 4]);
  });

  it("runs again what changed", async () => {
    bench = new RunnerBench({ a: "const x = 2", b: "x * 10" });
    await bench.run("b");
    setCellSource(bench.doc, id("a"), "const x = 5");
    await bench.run("b");
    expect(bench.text("b")).toBe("50");
    expect(bench.record("a")?.count).toBe(3);
  });

  it("joins what is printed on one stream", async () => {
    bench = RunnerBench.fake({ a: "1" });
    bench.runner.execute([id("a")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    const { last } = bench.started[0]!;
    for (const text of ["a\n", "b\n"]) last.print(text);
    last.output({ output_type: "stream", name: "stderr", text: "!" });
    last.print("c\n");
    expect(bench.activity("a")).toMatchObject({ state: "running", mine: true, where: "here", outputs: { length: 3 } });
    last.end();
    await bench.idle();
    expect(bench.text("a")).toBe("a\nb\n|!|c\n");
  });

  it("shows an error with its place, and marks the place in the record", async () => {
    bench = new RunnerBench({ a: "\n  null.x" });
    await bench.run("a");
    expect(bench.record("a")).toMatchObject({ status: "error", errorAt: { line: 2, column: 8 } });
    expect(bench.text("a")).toContain("at cell line 2:8");
  });

  it("says what is wrong with a cell that is no program, without a kernel", async () => {
    bench = RunnerBench.fake({ a: "let a = 1\nconst = 2" });
    await bench.run("a");
    expect(bench.started).toEqual([]);
    expect(bench.record("a")).toMatchObject({ status: "error", errorAt: { line: 2, column: 7 } });
    expect(bench.text("a")).toMatch(/^SyntaxError: .*\n {4}at cell line 2:7\n\n2 \| const = 2\n {10}\^$/);
  });

  it("says so when cells need one another in a circle", async () => {
    bench = new RunnerBench({ a: "p = q", b: "q = p" });
    await bench.run("a");
    expect(`${bench.text("a")}${bench.text("b")}`).toMatch(/need one another: cell a, cell b/);
  });

  it("says so when a cell is in a language nobody executes", async () => {
    bench = new RunnerBench({ a: { source: "select 1", language: "r" } });
    await bench.run("a");
    expect(bench.text("a")).toMatch(/a cell in r cannot run yet/);
  });

  it("names the cells that define a name that could not be bound", async () => {
    bench = new RunnerBench({ a: "x", b: "x = 1", c: "x = 2" });
    await bench.run("a");
    expect(bench.text("a")).toMatch(/x is defined below by cell b and cell c: move the one you mean above/);
  });

  it.each([
    ["const x = 1 +", "x"],
    ["const { y, x } = {", "x"],
    ["function x( { return 1 }", "x"],
    ["x = ; 1", "x"],
    ["let $x = )", "$x"],
  ])("names a cell with a mistake whose text would define the name: %s", async (broken, name) => {
    bench = new RunnerBench({ a: "const z = (", b: broken, c: name, d: `${name} = (` });
    await bench.run("c");
    expect(bench.text("c")).toContain(`cell b seems to define ${name}, but has a mistake and cannot run`);
    expect(bench.outputs("c")).toMatchObject([
      { ename: "ReferenceError", evalue: expect.stringContaining(`${name} is not defined: cell b seems`) as string },
    ]);
  });

  it.each([
    ["const x: number = (", "x"],
    ["const { y, x }: Point = {", "x"],
    ["const [y, x]: [number, number] = (", "x"],
    ["function x<T>(value: T { return value }", "x"],
    ["abstract class Shape { area(: number }", "Shape"],
    ["enum Color { Red = , Blue }", "Color"],
    ["let x: (a: number) => void = )", "x"],
  ])("names a cell in TypeScript likewise: %s", async (source, name) => {
    bench = new RunnerBench({
      a: { source: "const z: number = 1", language: "typescript" },
      b: { source, language: "typescript" },
      c: { source: `(${name} as unknown)`, language: "typescript" },
    });
    await bench.run("c");
    expect(bench.outputs("c")).toMatchObject([
      {
        ename: "ReferenceError",
        evalue: `${name} is not defined: cell b seems to define ${name}, but has a mistake and cannot run: mend it first.`,
      },
    ]);
  });

  it.each(["type x = {", "interface Y { x: number", "const y: x = ("])(
    "makes nothing up of types in TypeScript: %s",
    async (source) => {
      bench = new RunnerBench({ b: { source, language: "typescript" }, c: "x" });
      await bench.run("c");
      expect(bench.outputs("c")).toMatchObject([{ ename: "ReferenceError", evalue: "x is not defined" }]);
    },
  );

  it.each(["const max = (", "// x\nconst y = (", "a.x = (", "x == ("])("makes nothing up of %s", async (broken) => {
    bench = new RunnerBench({ b: broken, c: "x" });
    await bench.run("c");
    expect(bench.outputs("c")).toMatchObject([{ ename: "ReferenceError", evalue: "x is not defined" }]);
  });

  it("lets the values before an error be used, and says so of those after it", async () => {
    bench = new RunnerBench({ a: "const x = 1\nnull.boom\nconst y = 2", b: "x", c: "y" });
    await bench.run("a");
    await bench.run("b");
    await bench.run("c");
    expect(bench.text("b")).toBe("1");
    expect(bench.text("c")).toMatch(/cell a defines y, but stopped before it came to it/);
    expect(bench.record("a")?.count).toBe(1);
  });

  it("does nothing for cells that are not there", async () => {
    bench = new RunnerBench({ a: "1" });
    await bench.run("nowhere");
    expect(bench.record("nowhere")).toBeUndefined();
  });
});

describe("several executions", () => {
  it("stop after an error: the rest of the request is skipped, and the user told", async () => {
    bench = new RunnerBench({ a: "1", b: "null.x", c: "3", d: "4" });
    await bench.run("a", "b", "c", "d");
    expect(["a", "b", "c", "d"].map((cell) => bench.record(cell)?.status)).toEqual([
      "ok",
      "error",
      undefined,
      undefined,
    ]);
    expect(bench.skipped).toEqual(["c d because b"]);
  });

  it("are shown as a queue, with what stands before each", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2", c: "3" });
    bench.runner.execute([id("a"), id("b"), id("c")]);
    expect(bench.runner.busy.get()).toBe(3);
    expect(bench.activity("b")).toMatchObject({ state: "queued", ahead: 1, where: "here" });
    expect(bench.activity("c")).toMatchObject({ state: "queued", ahead: 2 });
    await untilTrue("a runs", () => bench.started[0]?.executions.length === 1);
    bench.started[0]!.last.end();
    await untilTrue("b runs", () => bench.started[0]?.executions.length === 2);
    expect(bench.activity("c")).toMatchObject({ state: "queued", ahead: 1 });
    bench.started[0]!.automatic = true;
    bench.started[0]!.last.end();
    await bench.idle();
  });

  it("of independent cells run side by side, in kernels started when needed", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2", a2: "3" }, { kernels: 2 });
    bench.runner.execute([id("a")]);
    await untilTrue("one kernel", () => bench.started[0]?.executions.length === 1);
    expect(bench.started).toHaveLength(1);
    bench.runner.execute([id("b")]);
    await untilTrue("two kernels", () => bench.started[1]?.executions.length === 1);
    for (const kernel of bench.started) kernel.last.end();
    await bench.idle();
    expect([asked(bench.started[0]!), asked(bench.started[1]!)]).toEqual([[">a"], [">b"]]);
  });

  it("make values again, unheard, where they are not", async () => {
    bench = RunnerBench.fake({ a: "const x = 1", b: "const y = x", c: "y" });
    bench.runner.execute([id("b")]);
    await untilTrue("a kernel", () => bench.started.length === 1);
    bench.started[0]!.automatic = true;
    await untilTrue("a runs", () => bench.started[0]!.executions.length > 0);
    if (bench.runner.busy.get() > 0) bench.started[0]!.last.end();
    await bench.idle();
    bench.started[0]!.die();
    bench.runner.execute([id("c")]);
    await untilTrue("another kernel", () => bench.started[1]?.executions.length === 1);
    expect(asked(bench.started[1]!)).toEqual(["a b >c"]);
    bench.started[1]!.last.end();
    await bench.idle();
    bench.runner.execute([id("c")]);
    await untilTrue("once more", () => bench.started[1]!.executions.length === 2);
    expect(asked(bench.started[1]!)).toEqual(["a b >c", ">c"]);
    bench.started[1]!.last.end();
    await bench.idle();
  });

  it("asked for twice while they wait run once", () => {
    bench = RunnerBench.fake({ a: "1", b: "2" });
    bench.runner.execute([id("a"), id("b")]);
    bench.runner.execute([id("b")]);
    expect(bench.runner.busy.get()).toBe(2);
    bench.runner.stop();
  });
});

describe("stopping", () => {
  it("takes what waits out of the queue and interrupts what runs; the pool recovers", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2" });
    bench.runner.execute([id("a"), id("b")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    bench.started[0]!.last.print("half\n");
    bench.runner.stop();
    await bench.idle();
    expect(bench.record("a")).toMatchObject({ status: "interrupted" });
    expect(bench.text("a")).toBe("half\n");
    expect(bench.record("b")).toBeUndefined();
    await untilTrue("a successor", () => bench.started.length === 2);
    bench.started[1]!.automatic = true;
    await bench.run("b");
    expect(bench.record("b")?.status).toBe("ok");
  });

  it("takes one cell out of the queue", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2", c: "3" });
    bench.runner.execute([id("a"), id("b"), id("c")]);
    bench.runner.stop([id("b")]);
    await untilTrue("a runs", () => bench.started[0]?.executions.length === 1);
    bench.started[0]!.automatic = true;
    bench.started[0]!.last.end();
    await bench.idle();
    expect(["a", "b", "c"].map((cell) => bench.record(cell)?.status)).toEqual(["ok", undefined, "ok"]);
  });

  it("gives up a kernel that does not obey", async () => {
    bench = RunnerBench.fake({ a: "1" });
    bench.runner.execute([id("a")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    bench.started[0]!.obeys = false;
    bench.runner.stop();
    bench.clock.advance(seconds(6));
    await bench.idle();
    expect(bench.record("a")?.status).toBe("interrupted");
    expect(bench.started[0]!.closed).toBe(true);
  });
});

describe("what goes wrong with kernels", () => {
  it("ends the run as interrupted when its kernel dies, and says so", async () => {
    bench = RunnerBench.fake({ a: "1" });
    bench.runner.execute([id("a")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    bench.started[0]!.lose();
    await bench.idle();
    expect(bench.record("a")?.status).toBe("interrupted");
    expect(bench.text("a")).toMatch(/kernel stopped by itself/);
  });

  it("takes another kernel when one died unnoticed", async () => {
    bench = RunnerBench.fake({ a: "1" });
    bench.runner.warm();
    await untilTrue("warm", () => bench.started.length === 1);
    bench.started[0]!.die();
    bench.runner.execute([id("a")]);
    await untilTrue("another", () => bench.started[1]?.executions.length === 1);
    bench.started[1]!.last.end();
    await bench.idle();
    expect(bench.record("a")?.status).toBe("ok");
  });

  it("ends with an error when no kernel can be started, and tries again next time", async () => {
    let fails = true;
    bench = new RunnerBench(
      { a: "1" },
      { start: () => (fails ? Promise.reject(new Error("no frame")) : Promise.resolve(new MemoryKernel())) },
    );
    await bench.run("a");
    expect(bench.record("a")?.status).toBe("error");
    expect(bench.record("a")?.notRun).toBe("no frame");
    expect(bench.text("a")).toBe("KernelError: no frame");
    fails = false;
    await bench.run("a");
    expect(bench.record("a")?.status).toBe("ok");
  });
});
