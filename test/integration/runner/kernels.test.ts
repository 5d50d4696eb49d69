// Kernels of a real runner frame under what students do to them.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { CellId, PeerId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { STREAM_LIMIT } from "#shared/ports/Kernel.ts";
import { ExecutionRunner } from "#shared/session/ExecutionRunner.ts";
import { KernelPool } from "#shared/session/KernelPool.ts";
import { openBrowserKernels, type BrowserKernels } from "../../support/browserKernels.ts";
import type { KernelPage } from "../../support/kernelPage.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { untilTrue, untilValue } from "../../support/until.ts";
import { printed, runOn } from "../../contract/kernel.ts";
import { SLACK } from "../../support/slack.ts";

declare const lab: KernelPage;
const id = (text: string): CellId => text as CellId;

/** Time from pressing stop until the cell has stopped (milliseconds): a promise to the user. */
const STOP_TIME = 200;
/** The page's timers may be late by this (milliseconds) on a busy test machine; a blocked page is late by seconds. */
const GAP = 2_000;

let kernels: BrowserKernels;
beforeAll(async () => {
  kernels = await openBrowserKernels();
});
afterAll(() => kernels.close());

describe("a notebook on kernels of the runner frame", () => {
  let doc: Y.Doc;
  let runner: ExecutionRunner;

  const open = (sources: Record<string, string>, size: number): void => {
    doc = new Y.Doc();
    const cells = Object.entries(sources).map(
      ([name, source]) => ({ id: id(name), kind: "code", language: "javascript", source }) as const,
    );
    createNotebook(doc, { title: "", language: "javascript", cells });
    runner = new ExecutionRunner({
      doc,
      kernels: new KernelPool(() => kernels.start(), size),
      kernelFor: () => undefined,
      blobs: new MemoryBlobStore(),
      clock: systemClock,
      peer: "AAAAAAAAAAAAAAAAAAAAAA" as PeerId,
      name: () => "Ana",
      others: new Value([]),
      showRunning: () => undefined,
    });
  };
  afterEach(() => runner.close());
  const record = (cell: string) => readRun(doc, id(cell));
  const idle = (): Promise<number> => untilValue(runner.busy, (busy) => busy === 0);
  const printedSoFar = (cell: string): string => {
    const activity = runner.activity(id(cell)).get();
    return activity.state === "running" ? printed(activity.outputs) : "";
  };

  it("stops an endless loop, and runs the next cell", async () => {
    open({ loop: "console.log('on'); while (true) {}", next: "6 * 7" }, 1);
    runner.execute([id("loop")]);
    await untilTrue("it loops", () => printedSoFar("loop") === "on\n");
    const pressed = performance.now();
    runner.stop();
    await idle();
    expect(performance.now() - pressed).toBeLessThan(STOP_TIME * SLACK);
    runner.execute([id("next")]);
    await idle();
    expect(record("loop")).toMatchObject({ status: "interrupted" });
    expect(record("next")).toMatchObject({ status: "ok" });
  });

  it("stays usable during a flood of prints, cuts it, and stops it", async () => {
    open({ flood: "for (let i = 0; ; i++) console.log(i)" }, 1);
    await kernels.page.evaluate(() => lab.longestGap());
    runner.execute([id("flood")]);
    await untilTrue("the flood is cut", () => printedSoFar("flood").length >= STREAM_LIMIT - 10);
    expect(await kernels.page.evaluate(() => lab.longestGap())).toBeLessThan(GAP);
    runner.stop();
    await idle();
    const [stream, notice] = record("flood")!.outputs;
    expect(stream!.size).toBeLessThan(2 * STREAM_LIMIT);
    expect(notice!.inline).toContain("output cut");
  });

  it("executes independent cells in three kernels at a time, and one component in one", async () => {
    const wait = (name: string): string =>
      `const ${name} = await new Promise((done) => setTimeout(done, 400, "${name}"))`;
    open({ a: wait("x"), b: wait("y"), c: wait("z"), d: "x + x", e: "y + y" }, 3);
    runner.execute([id("a"), id("b"), id("c"), id("d"), id("e")]);
    const running = (): string =>
      ["a", "b", "c", "d", "e"].filter((cell) => runner.activity(id(cell)).get().state === "running").join("");
    await untilTrue("three run at a time", () => running() === "abc");
    await idle();
    await untilTrue("all are written", () => record("e")?.status === "ok");
    expect(["d", "e"].map((cell) => record(cell)?.outputs[0]?.inline)).toEqual([
      expect.stringContaining("'xx'"),
      expect.stringContaining("'yy'"),
    ]);
  });

  it("makes values again after a stop took them, without being asked", async () => {
    open({ a: "const x = 20", loop: "x; console.log('on'); while (true) {}", b: "x + 1" }, 1);
    runner.execute([id("a"), id("loop")]);
    await untilTrue("it loops", () => printedSoFar("loop") === "on\n");
    runner.stop();
    await idle();
    const { run } = record("a")!;
    runner.execute([id("b")]);
    await idle();
    expect(record("b")).toMatchObject({ status: "ok", inputs: { x: run } });
    expect(record("b")?.outputs[0]?.inline).toContain("21");
  });
});

describe("a kernel of the runner frame", () => {
  const execute = async (source: string) => {
    const kernel = await kernels.start();
    const ran = await runOn(kernel, requestFor(flowOf({ a: source }), "a"));
    return { ...ran, kernel };
  };
  const late = (kernel: string, text: string): Promise<void> =>
    untilTrue(`late: ${text}`, async () =>
      JSON.stringify(await kernels.page.evaluate((given) => lab.late(given), kernel)).includes(text),
    );

  it("tells what a timer prints after the end, and which error nobody caught, with its place", async () => {
    const { end, kernel } = await execute(
      "setTimeout(() => console.log('later'), 20)\nsetTimeout(() => { null.oops }, 30)\nPromise.reject(new Error('alone'))\n0",
    );
    expect(end).toEqual({ status: "ok" });
    await late(kernel.id, "later");
    await late(kernel.id, "Uncaught TypeError");
    await late(kernel.id, "cell line 2:25");
  });

  it("goes on after errors nobody caught", async () => {
    const { kernel } = await execute("Promise.reject(new Error('alone')); setTimeout(() => { throw 1 }, 0); 1");
    await late(kernel.id, "alone");
    await late(kernel.id, "Uncaught Thrown: 1");
    expect((await runOn(kernel, requestFor(flowOf({ b: "2" }), "b"))).end).toEqual({ status: "ok" });
  });

  it("ends a cell by what its timer throws, also if that is no error", async () => {
    const { end, outputs } = await execute("setTimeout(() => { throw 7 }, 5)\nawait new Promise(() => {})");
    expect(end).toMatchObject({ status: "error", cell: "a" });
    expect(outputs).toMatchObject([{ output_type: "error", ename: "Thrown", evalue: "7" }]);
  });

  it("shows pictures: a canvas, its pixels, a file", async () => {
    const { outputs } = await execute(`
      const canvas = new OffscreenCanvas(2, 2);
      const context = canvas.getContext("2d");
      context.fillRect(0, 0, 1, 1);
      display(canvas);
      display(context.getImageData(0, 0, 2, 2));
      display(await canvas.convertToBlob({ type: "image/webp" }));
      console.log("after");`);
    const kinds = outputs.map((output) =>
      output.output_type === "display_data" ? Object.keys(output.data)[0] : output.output_type,
    );
    expect(kinds).toEqual(["image/png", "image/png", "image/webp", "stream"]);
  });

  it.each([
    ["a text of 100 MiB", "'x'.repeat(100 * 1024 * 1024)"],
    ["an array of ten million numbers", "new Float64Array(1e7)"],
    ["a list of ten million numbers", "Array.from({ length: 1e7 }, (_, i) => i)"],
    ["an object with a large list inside", "({ list: new Array(3e6).fill(1) })"],
    ["a deep tree", "let tree = {}; for (let i = 0; i < 1e5; i++) tree = { tree }; tree"],
    ["a circle", "const o = { a: {} }; o.a.o = o; o"],
    [
      "what throws when it is looked at",
      "[new Proxy({}, { get() { throw new Error('no') }, ownKeys() { throw new Error('no') } })]",
    ],
  ])("shows %s in a few words", async (_name, source) => {
    const { end, outputs } = await execute(source);
    expect(end).toEqual({ status: "ok" });
    expect(JSON.stringify(outputs).length).toBeLessThan(100_000);
    expect(outputs).toHaveLength(1);
  });

  it("leaves out markup of 100 MiB, and says so", async () => {
    const { outputs } = await execute("html('x'.repeat(100 * 1024 * 1024))");
    expect(printed(outputs, "stderr")).toContain("an output of 100.0 MiB was left out");
  });

  it("shares nothing with another kernel", async () => {
    await execute("globalThis.shared = 1");
    const { outputs } = await execute("console.log(typeof shared)");
    expect(printed(outputs)).toBe("undefined\n");
  });
});

describe("when the process of the runner frame crashes", () => {
  let own: BrowserKernels;
  beforeEach(async () => {
    own = await openBrowserKernels();
  });
  afterEach(() => own.close());

  it("the run is lost within seconds, the page lives, and the next kernel has a new frame", async () => {
    const { id: kernel } = await own.start();
    const request = requestFor(flowOf({ a: "await new Promise(() => {})" }), "a");
    const next = requestFor(flowOf({ b: "6 * 7" }), "b");
    const report = own.report();
    // Playwright takes a crash of any frame for the end of the page, so the page reports by itself.
    await own.page.evaluate(
      (given) => {
        void (async () => {
          const first = await lab.execute(given.kernel, "a", given.request);
          const second = await lab.execute(await lab.start(), "b", given.next);
          await fetch("/report", { method: "POST", body: JSON.stringify([first, second]) });
        })();
      },
      { kernel, request, next },
    );
    // Ends the frame's process as a crash does; there is no answer.
    const session = await own.page.context().newCDPSession(own.frame());
    void session.send("Page.crash").catch(() => undefined);
    expect(JSON.parse(await report)).toEqual([{ lost: "KernelLostError" }, { end: { status: "ok" } }]);
  });
});
