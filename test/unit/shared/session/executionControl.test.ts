import { afterEach, describe, expect, it } from "vitest";
import type { PeerId } from "#shared/base/ids.ts";
import { mib, seconds } from "#shared/base/units.ts";
import { setCellSource } from "#shared/notebook/editCells.ts";
import {
  DEFAULT_MEMORY_LIMIT,
  memoryLimitOf,
  setNotebookMemoryLimit,
  setOwnMemoryLimit,
} from "#shared/notebook/memoryLimit.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { setNotebookTimeLimit, setOwnTimeLimit, setReactive } from "#shared/notebook/runOptions.ts";
import { FakeKernel } from "../../../support/FakeKernel.ts";
import { id, RunnerBench } from "../../../support/RunnerBench.ts";
import { untilTrue } from "../../../support/until.ts";

let bench: RunnerBench;
afterEach(() => bench.runner.close());

const queue = (): readonly string[] =>
  bench.runner.control.queue.get().map(({ cell, state, by }) => `${by}${cell} ${state}`);
const runOf = (cell: string) => bench.runner.control.queue.get().find((entry) => entry.cell === id(cell))!.run;
const runs = (kernel: number, cell: string): Promise<void> =>
  untilTrue(`${cell} runs`, () => bench.started[kernel]?.executions.at(-1)?.request.program.cell === id(cell));

/** Three cells, of which the first runs in the only kernel. */
async function threeCells(): Promise<void> {
  bench = RunnerBench.fake({ a: "1", b: "2", c: "3" });
  bench.runner.execute([id("a"), id("b"), id("c")]);
  await runs(0, "a");
}

describe("the queue", () => {
  it("shows what runs, what waits, and what others run", async () => {
    await threeCells();
    bench.others.set([{ name: "Ben", running: [{ cell: id("c"), run: runOf("c") }] }]);
    expect(queue()).toEqual(["a running", "b queued", "c queued", "Benc running"]);
  });

  it("tells when it changes", async () => {
    await threeCells();
    const seen: string[] = [];
    bench.runner.control.queue.subscribe(() => seen.push(queue().join()));
    bench.started[0]!.last.end();
    await runs(0, "b");
    expect(seen.at(-1)).toBe("b running,c queued");
  });

  it("runs in the order in which it was put", async () => {
    await threeCells();
    bench.runner.control.move(runOf("c"), -1);
    expect(queue()).toEqual(["a running", "c queued", "b queued"]);
    bench.started[0]!.last.end();
    await runs(0, "c");
  });

  it("cancels one that waits, and stops one that runs, and leaves the others", async () => {
    await threeCells();
    bench.runner.control.cancel(runOf("b"));
    expect(queue()).toEqual(["a running", "c queued"]);
    bench.runner.control.cancel(runOf("a"));
    await untilTrue("a is interrupted", () => bench.record("a")?.status === "interrupted");
    expect(bench.record("b")).toBeUndefined();
  });
});

describe("what ended", () => {
  const ended = () => bench.runner.control.ended.get().map(({ cell, end, reason }) => [cell, end, reason]);

  it("is shown, the newest first, with the error it ended with and what it printed", async () => {
    bench = new RunnerBench({ a: "console.log('tried'); null.x", b: "2" });
    await bench.run("b");
    await bench.run("a");
    expect(ended()).toEqual([
      ["a", "error", expect.stringContaining("TypeError")],
      ["b", "ok", ""],
    ]);
    expect(bench.runner.control.ended.get()[0]).toMatchObject({ where: "here", attempt: 1, log: "tried\n" });
  });

  it("is run again where it was to run, and is then no more among what ended", async () => {
    bench = new RunnerBench({ a: "null.x" });
    await bench.run("a");
    const [first] = bench.runner.control.ended.get();
    bench.runner.control.retry(first!.run);
    expect(ended()).toEqual([]);
    await untilTrue("it ended again", () => ended().length === 1);
    expect(bench.runner.control.ended.get()[0]?.run).not.toBe(first!.run);
    bench.runner.control.retry(first!.run);
    expect(ended()).toHaveLength(1);
  });

  it("is not kept for ever, and is forgotten when told to", async () => {
    bench = new RunnerBench({ a: "1" });
    for (let count = 0; count < 35; count++) await bench.run("a");
    expect(ended()).toHaveLength(30);
    bench.runner.control.clearEnded();
    expect(ended()).toEqual([]);
  });
});

describe("restarting", () => {
  it("ends a kernel that is idle; what it held is made again when it is needed", async () => {
    bench = new RunnerBench({ a: "const x = Math.random()", b: "x" });
    await bench.run("a", "b");
    expect(bench.runner.control.kernels.get()).toEqual([{ index: 0, state: "idle", cells: 2 }]);
    bench.runner.control.restart();
    await untilTrue("it is there again", () => bench.runner.control.kernels.get()[0]?.state === "idle");
    expect(bench.runner.control.kernels.get()[0]?.cells).toBe(0);
    await bench.run("b");
    expect(bench.record("b")?.status).toBe("ok");
  });

  it("stops the cell that runs, and those that wait run in the new kernel", async () => {
    await threeCells();
    bench.runner.control.restart(0);
    await runs(1, "b");
    expect(bench.record("a")?.status).toBe("interrupted");
    expect(queue()).toEqual(["b running", "c queued"]);
    bench.started[1]!.automatic = true;
    bench.started[1]!.last.end();
    await bench.idle();
    expect(bench.started).toHaveLength(2);
  });
});

describe("restarting on an agent", () => {
  const AGENT = "BBBBBBBBBBBBBBBBBBBBBB" as PeerId;
  let kernel: FakeKernel;
  const ended: PeerId[] = [];

  /** Cell `a` has run on an agent, whose kernel holds its values. */
  async function ranThere(): Promise<void> {
    kernel = new FakeKernel();
    ended.length = 0;
    const onAgents = {
      list: () => [{ agent: AGENT, name: "lab-3", cells: kernel.holds().size }].filter(({ cells }) => cells > 0),
      end: (agent: PeerId) => {
        ended.push(agent);
        kernel = new FakeKernel();
      },
    };
    bench = new RunnerBench({ a: "1", b: "2" }, { kernelFor: () => ({ kernel, name: "lab-3" }), onAgents });
    await start("a");
    kernel.last.end();
    await bench.idle();
  }

  async function start(cell: string): Promise<void> {
    bench.runner.execute([id(cell)], { at: "agent", agent: AGENT });
    await untilTrue(`${cell} runs`, () => kernel.executions.at(-1)?.request.program.cell === id(cell));
  }

  it("ends a kernel that is idle, and shows it no more", async () => {
    await ranThere();
    const { control } = bench.runner;
    expect(control.agentKernels.get()).toEqual([{ agent: AGENT, name: "lab-3", cells: 1, state: "idle" }]);
    control.restart(AGENT);
    expect(ended).toEqual([AGENT]);
    expect(control.agentKernels.get()).toEqual([]);
  });

  it("stops what runs there first", async () => {
    await ranThere();
    await start("b");
    const { last } = kernel;
    kernel.obeys = false;
    const { control } = bench.runner;
    expect(control.agentKernels.get()).toMatchObject([{ state: "busy" }]);
    control.restart();
    expect([last.signal.aborted, ended]).toEqual([true, []]);
    last.end({ status: "interrupted", stateLost: false });
    await bench.idle();
    expect(ended).toEqual([AGENT]);
    expect(bench.record("b")?.status).toBe("interrupted");
  });

  it("of one of this computer leaves those on agents alone", async () => {
    await ranThere();
    bench.runner.control.restart(0);
    expect(ended).toEqual([]);
  });
});

describe("a stop that ends the kernel", () => {
  it("says which variables are gone until they are needed", async () => {
    bench = RunnerBench.fake({ a: "const x = 1, y = 2", b: "const z = x" });
    bench.runner.execute([id("a"), id("b")]);
    await runs(0, "a");
    bench.started[0]!.last.end();
    await runs(0, "b");
    bench.runner.stop();
    await bench.idle();
    expect(bench.text("b")).toBe("Stopped. Its kernel was ended: x and y are made again when a cell needs them.\n");
  });

  it("says nothing of variables when none was lost", async () => {
    await threeCells();
    bench.runner.stop();
    await bench.idle();
    expect(bench.text("a")).toBe("");
  });
});

describe("a memory limit", () => {
  const memories = (): readonly unknown[] =>
    bench.started[0]!.executions.map(({ request }) => [...request.before, request.program].map(({ memory }) => memory));

  it("goes with the cell to its kernel: its own, or the notebook's; none where nobody chose one", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2" });
    const run = async (cell: string): Promise<void> => {
      const before = bench.started[0]?.executions.length ?? 0;
      bench.runner.execute([id(cell)]);
      await untilTrue(`${cell} runs`, () => (bench.started[0]?.executions.length ?? 0) > before);
      bench.started[0]!.last.end();
      await bench.idle();
    };
    await run("a");
    setNotebookMemoryLimit(bench.doc, mib(512));
    setOwnMemoryLimit(bench.doc, id("b"), mib(256));
    await run("a");
    await run("b");
    setOwnMemoryLimit(bench.doc, id("b"), "unsaid");
    await run("b");
    expect(memories()).toEqual([[undefined], [mib(512)], [mib(256)], [mib(512)]]);
  });

  it("that stands in the document and is none counts for nothing", () => {
    bench = RunnerBench.fake({ a: "1" });
    for (const nonsense of [-1, 0, 1, 5_000, "512", Infinity, 300.5]) {
      notebookRoots(bench.doc).meta.set("memoryLimit", nonsense);
      expect(memoryLimitOf(bench.doc, id("a"))).toBe(DEFAULT_MEMORY_LIMIT);
    }
  });
});

describe("a time limit", () => {
  const text = (limit: string): RegExp => new RegExp(`ran longer than ${limit}, its time limit`);

  it("stops a cell after ten minutes where nothing else was said, and says how to change it", async () => {
    await threeCells();
    bench.clock.advance(seconds(599));
    expect(queue()[0]).toBe("a running");
    bench.clock.advance(seconds(1));
    await bench.idle();
    expect(bench.record("a")?.status).toBe("interrupted");
    expect(bench.outputs("a")).toMatchObject([{ output_type: "error", ename: "TimeLimitError" }]);
    expect(bench.text("a")).toMatch(text("10 minutes"));
    expect(bench.text("a")).toContain("“Time limit”");
  });

  it("is the notebook's, or the cell's own", async () => {
    await threeCells();
    setNotebookTimeLimit(bench.doc, seconds(5));
    setOwnTimeLimit(bench.doc, id("c"), seconds(60));
    bench.started[0]!.last.end();
    await runs(0, "b");
    bench.clock.advance(seconds(5));
    await bench.idle();
    expect(bench.text("b")).toMatch(text("5 seconds"));
    bench.runner.execute([id("c")]);
    await runs(1, "c");
    bench.clock.advance(seconds(59));
    expect(queue()).toEqual(["c running"]);
    bench.clock.advance(seconds(1));
    await bench.idle();
    expect(bench.text("c")).toMatch(text("1 minute"));
  });

  it("can be taken away", async () => {
    bench = RunnerBench.fake({ a: "1" });
    setNotebookTimeLimit(bench.doc, undefined);
    bench.runner.execute([id("a")]);
    await runs(0, "a");
    bench.clock.advance(seconds(24 * 3600));
    bench.started[0]!.last.end();
    await bench.idle();
    expect(bench.record("a")?.status).toBe("ok");
  });
});

describe("a reactive notebook", () => {
  const sources = { a: "const x = 1", b: "const y = x", c: "y", d: "7", e: "p + p1", f: "x +" };
  const ran = (): readonly string[] => bench.cells().filter((cell) => bench.record(cell) !== undefined);

  it("runs what reads from a cell with it, directly or not, and nothing else", async () => {
    bench = new RunnerBench(sources);
    setReactive(bench.doc, true);
    expect(ran()).toEqual([]);
    await bench.run("a");
    expect([...ran()].sort()).toEqual(["a", "b", "c"]);
  });

  it("is what nobody has who did not choose it", async () => {
    bench = new RunnerBench(sources);
    await bench.run("a");
    expect(ran()).toEqual(["a"]);
  });
});

describe("a running cell", () => {
  it("goes on when its own text is edited, and ends with what it was started with", async () => {
    bench = RunnerBench.fake({ a: "first" });
    bench.runner.execute([id("a")]);
    await runs(0, "a");
    const before = bench.record("a");
    setCellSource(bench.doc, id("a"), "second");
    expect(queue()).toEqual(["a running"]);
    bench.started[0]!.last.print("of the first\n");
    bench.started[0]!.last.end();
    await bench.idle();
    expect(bench.text("a")).toBe("of the first\n");
    expect(bench.started[0]!.executions.map(({ request }) => request.program.code)).toHaveLength(1);
    expect(bench.record("a")?.run).toBe(before?.run ?? bench.record("a")?.run);
    expect(bench.activity("a").state).toBe("idle");
  });
});
