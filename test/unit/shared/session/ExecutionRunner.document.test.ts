import { afterEach, describe, expect, it } from "vitest";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { StorageError } from "#shared/base/errors.ts";
import type { PeerId, RunId } from "#shared/base/ids.ts";
import { ms, seconds } from "#shared/base/units.ts";
import { beginRun } from "#shared/notebook/editRuns.ts";
import { NOT_RUN_LIMIT } from "#shared/notebook/runRecord.ts";
import type { BlobStore } from "#shared/ports/BlobStore.ts";
import { FakeKernel } from "../../../support/FakeKernel.ts";
import { MemoryKernel } from "../../../support/MemoryKernel.ts";
import { ANA, asked, id, RunnerBench } from "../../../support/RunnerBench.ts";
import { untilTrue } from "../../../support/until.ts";

const AGENT = "BBBBBBBBBBBBBBBBBBBBBB" as PeerId;

let bench: RunnerBench;
afterEach(() => bench.runner.close());

describe("outputs in the document", () => {
  it("above the limit are blobs, stored before the record says so", async () => {
    const blobs = new MemoryBlobStore();
    bench = new RunnerBench({ a: "console.log('x'.repeat(5000)); 1" }, { blobs });
    await bench.run("a");
    const [large, small] = bench.record("a")!.outputs;
    expect(large).toMatchObject({ inline: undefined });
    expect(small?.inline).toBeDefined();
    const body = new TextDecoder().decode(await blobs.get(large!.hash));
    expect(JSON.parse(body)).toEqual({ output_type: "stream", name: "stdout", text: `${"x".repeat(5000)}\n` });
  });

  it("that cannot be stored are replaced by an error that says why", async () => {
    const full: BlobStore = {
      put: () => Promise.reject(new StorageError("storage-full", "the disk is full")),
      get: () => Promise.resolve(undefined),
      has: () => Promise.resolve(false),
    };
    bench = new RunnerBench({ a: "console.log('x'.repeat(5000)); 1" }, { blobs: full });
    await bench.run("a");
    expect(bench.record("a")?.status).toBe("ok");
    expect(bench.outputs("a")).toMatchObject([
      {
        output_type: "error",
        ename: "StorageError",
        evalue: "an output of 4.9 KiB could not be kept: the disk is full",
      },
      { output_type: "execute_result" },
    ]);
  });

  it("do not wait for a storage that never answers", async () => {
    let waiting = false;
    const silent: BlobStore = {
      put: () => {
        waiting = true;
        return new Promise(() => undefined);
      },
      get: () => Promise.resolve(undefined),
      has: () => Promise.resolve(false),
    };
    bench = new RunnerBench({ a: "console.log('x'.repeat(5000))" }, { blobs: silent });
    bench.runner.execute([id("a")]);
    await untilTrue("it waits for the storage", () => waiting);
    expect(bench.activity("a").state).toBe("running");
    expect(bench.runner.busy.get()).toBe(1);
    bench.clock.advance(seconds(30));
    await bench.idle();
    expect(bench.outputs("a")).toMatchObject([{ ename: "StorageError" }]);
  });

  it("that come after the end are added to the record, now and then", async () => {
    bench = RunnerBench.fake({ a: "1" });
    bench.runner.execute([id("a")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    const { last } = bench.started[0]!;
    last.print("now\n");
    last.end();
    await bench.idle();
    for (const text of ["later\n", "later still\n"]) bench.started[0]!.printLate(last.request.run, text);
    expect(bench.text("a")).toBe("now\n");
    bench.clock.advance(seconds(1));
    expect(bench.text("a")).toBe("now\nlater\nlater still\n");
    expect(bench.record("a")).toMatchObject({ status: "ok", run: last.request.run });
    for (let tick = 0; tick < 40; tick++) {
      bench.started[0]!.printLate(last.request.run, "tick\n");
      bench.clock.advance(seconds(1));
    }
    expect(bench.text("a")).toMatch(/tick\n\|\[what this cell goes on printing is not kept/);
    expect(bench.text("a").match(/tick/g)).toHaveLength(29);
  });
});

describe("what others see", () => {
  it("is one write for a short run, and no presence", async () => {
    bench = new RunnerBench({ a: "1" });
    let updates = 0;
    bench.doc.on("update", () => updates++);
    await bench.run("a");
    expect(updates).toBe(1);
    bench.clock.advance(ms(500));
    expect(bench.shown).toEqual([]);
  });

  it("is presence first, then the beginning, then the end, then no presence", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2" });
    const log: string[] = [];
    bench.doc.on("update", () => log.push(`${bench.record("a")?.status ?? ""} shown [${bench.shown.at(-1) ?? ""}]`));
    bench.runner.execute([id("a"), id("b")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    bench.clock.advance(ms(150));
    bench.started[0]!.automatic = true;
    bench.started[0]!.last.end();
    await bench.idle();
    bench.clock.advance(ms(150));
    expect(log).toEqual(["began shown [a b]", "ok shown [a b]", "ok shown [a b]"]);
    expect(bench.shown).toEqual(["a b", ""]);
  });

  it("is a run of another as running while they show it, and not any more when they are gone", () => {
    bench = new RunnerBench({ a: "1" });
    const run = "run-of-bo" as RunId;
    const record = {
      run,
      by: AGENT,
      byName: "Bo",
      where: { at: "here" },
      sourceHash: undefined,
      inputs: {},
      started: bench.clock.now(),
      duration: undefined,
      status: "began",
      count: 7,
      outputs: [],
      errorAt: undefined,
    } as const;
    const activity = bench.runner.activity(id("a"));
    const heard: string[] = [];
    activity.subscribe(() => heard.push(activity.get().state));
    bench.others.set([{ name: "Bo", running: [{ cell: id("a"), run }] }]);
    beginRun(bench.doc, id("a"), record);
    expect(activity.get()).toMatchObject({ state: "running", mine: false, by: "Bo", where: "here" });
    bench.others.set([]);
    expect(heard).toEqual(["queued", "running", "idle"]);
  });

  it("keeps the later of two runs of one cell whole, whoever's it is", async () => {
    bench = RunnerBench.fake({ a: "1" });
    bench.runner.execute([id("a")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    bench.clock.advance(ms(150));
    const theirs = { ...bench.record("a")!, run: "run-of-bo" as RunId, byName: "Bo" };
    beginRun(bench.doc, id("a"), theirs);
    bench.started[0]!.last.print("ours");
    bench.started[0]!.last.end();
    await bench.idle();
    expect(bench.record("a")).toEqual(theirs);
  });
});

describe("an agent", () => {
  const place = { at: "agent", agent: AGENT } as const;

  it("executes what is placed there, with what it needs", async () => {
    const kernel = new FakeKernel();
    bench = new RunnerBench({ a: "const x = 1", b: "x" }, { kernelFor: () => ({ kernel, name: "lab-3" }) });
    await bench.run("a");
    bench.runner.execute([id("b")], place);
    await untilTrue("it runs", () => kernel.executions.length === 1);
    expect(asked(kernel)).toEqual(["a >b"]);
    expect(bench.activity("b")).toMatchObject({ state: "running", where: "lab-3" });
    kernel.last.end();
    await bench.idle();
    expect(bench.record("b")).toMatchObject({ status: "ok", where: { at: "agent", agent: AGENT, name: "lab-3" } });
  });

  it("that is gone ends the run with a way out", async () => {
    bench = new RunnerBench({ a: "1" });
    bench.runner.execute([id("a")], place);
    await bench.idle();
    const notRun = "the agent is not connected any more";
    const evalue = `not run: ${notRun}. Run the cell here, or on another computer.`;
    expect(bench.outputs("a")).toMatchObject([{ output_type: "error", ename: "AgentError", evalue }]);
    expect(bench.record("a")).toMatchObject({ status: "error", notRun });
    expect(bench.runner.control.ended.get()).toMatchObject([{ end: "not-run", reason: notRun }]);
  });

  it("that refuses a cell has run nothing, keeps what it holds, and what reads from the cell is not begun", async () => {
    const kernel = new FakeKernel();
    bench = new RunnerBench({ a: "const x = 1", b: "x" }, { kernelFor: () => ({ kernel, name: "lab-3" }) });
    bench.runner.execute([id("a"), id("b")], place);
    await untilTrue("it is asked", () => kernel.executions.length === 1);
    kernel.last.refuse("x".repeat(NOT_RUN_LIMIT) + "what no record holds");
    await bench.idle();
    expect(bench.record("a")).toMatchObject({ status: "error", notRun: "x".repeat(NOT_RUN_LIMIT) });
    expect([bench.record("b"), kernel.lost, bench.skipped]).toEqual([undefined, false, ["b because a"]]);
    bench.runner.execute([id("b")], place);
    await untilTrue("it is asked again, for what it needs first", () => kernel.executions.length === 2);
    expect(asked(kernel).at(-1)).toBe(">a");
    kernel.last.end();
    await untilTrue("then for itself", () => kernel.executions.length === 3);
    kernel.last.end();
    await bench.idle();
    expect(bench.record("a")).not.toHaveProperty("notRun");
  });

  it("that dies leaves the run interrupted", async () => {
    const kernel = new FakeKernel();
    bench = new RunnerBench({ a: "1" }, { kernelFor: () => ({ kernel, name: "lab-3" }) });
    bench.runner.execute([id("a")], place);
    await untilTrue("it runs", () => kernel.executions.length === 1);
    kernel.lose();
    await bench.idle();
    expect(bench.record("a")?.status).toBe("interrupted");
  });
});

describe("after close", () => {
  it("nothing is written any more, by whatever still happens", async () => {
    bench = RunnerBench.fake({ a: "1", b: "2" });
    bench.runner.execute([id("a"), id("b")]);
    await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
    const { last } = bench.started[0]!;
    bench.clock.advance(ms(150));
    let updates = 0;
    bench.doc.on("update", () => updates++);
    bench.runner.close();
    last.print("late");
    last.end();
    bench.started[0]!.printLate(last.request.run, "later");
    await new Promise((resolve) => setImmediate(resolve));
    bench.clock.advance(seconds(60));
    bench.runner.execute([id("b")]);
    bench.runner.stop();
    expect(updates).toBe(0);
    expect(bench.record("a")?.status).toBe("began");
    expect(bench.shown.at(-1)).toBe("");
    expect(bench.started[0]!.closed).toBe(true);
  });
});

describe("the record of a run that any agent with labels was asked for", () => {
  it("says which labels, so that it can be asked for again when the page is loaded anew", async () => {
    const bench = new RunnerBench({ a: "1" }, { anyKernel: () => new MemoryKernel() });
    bench.runner.execute([id("a")], { at: "any", labels: { gpu: "a100" } });
    await bench.idle();
    expect(bench.record("a")?.where).toEqual({ at: "any", parked: undefined, wanted: { gpu: "a100" } });
    bench.runner.execute([id("a")], { at: "any" });
    await bench.idle();
    expect(bench.record("a")?.where).toEqual({ at: "any", parked: undefined });
    bench.runner.close();
  });
});

describe("a run that an earlier life of the page gave to an agent", () => {
  it("is waited for under its run, and its end is written", async () => {
    const bench = RunnerBench.fake({ a: "1" });
    const agent = new FakeKernel();
    const where = { at: "agent", agent: ANA, name: "lab" } as const;
    bench.runner.execute([id("a")]);
    await untilTrue("it runs here", () => bench.started[0]?.executions.length === 1);
    bench.started[0]!.last.end();
    await bench.idle();
    const begun = { ...bench.record("a")!, run: "r".repeat(22) as RunId, where, status: "began" } as const; // reason: an id.
    beginRun(bench.doc, id("a"), begun);
    bench.runner.adopt(id("a"), begun, agent);
    await untilTrue("it is asked for", () => agent.executions.length === 1);
    expect(agent.last.request.run).toBe(begun.run);
    agent.last.print("finished while away");
    agent.last.end();
    await bench.idle();
    expect([bench.record("a")?.status, bench.record("a")?.run, bench.text("a")]).toEqual([
      "ok",
      begun.run,
      "finished while away",
    ]);
    bench.runner.close();
  });
});
