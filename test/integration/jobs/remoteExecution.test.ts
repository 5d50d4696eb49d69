import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import type { JobEnd } from "#shared/jobs/jobMessage.ts";
import type { OfferOptions } from "#shared/jobs/jobOffer.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import type { KernelWait } from "#shared/ports/Kernel.ts";
import { RemoteKernel } from "#shared/session/RemoteKernel.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { printed, runOn } from "../../contract/kernel.ts";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { python, request as pythonRequest } from "../../support/pythonPrograms.ts";
import { untilTrue, untilValue } from "../../support/until.ts";
import { SLACK } from "../../support/slack.ts";

const OK: JobEnd = { status: "executed", end: { status: "ok" } };
const freshKernel = (): OfferOptions => ({ notebook: RoomId.create(), kernel: KernelId.create(), fresh: true });

let jobs: JobClass;
let agent: AgentChild;
let requester: JobRequester;

beforeAll(async () => {
  jobs = await JobClass.start();
  agent = await jobs.startAgent({ slots: 2, args: ["--name", "Lab  3\u200b"] });
  requester = await jobs.startRequester(agent);
});
afterAll(() => jobs.stop());

const kernel = (from = requester, notebook = RoomId.create()): RemoteKernel =>
  new RemoteKernel({ requester: from, agent: agent.peer, notebook });

/** Submits one cell; its outputs grow while it runs. */
function submit(source: string, options = freshKernel(), from = requester) {
  const request = requestFor(flowOf({ a: source }), "a");
  const job = from.submit(agent.peer, request, options);
  const outputs: CellOutput[] = [];
  const printedSomething = new Promise<void>((resolve) => {
    job.onOutput((output) => {
      outputs.push(output);
      resolve();
    });
  });
  return { job, outputs, printedSomething, run: request.run };
}

describe("an agent", () => {
  it("shows what it is", () => {
    expect(requester.agents.get()).toEqual([
      {
        peer: agent.peer,
        name: "Lab 3",
        languages: ["javascript", "python", "sql"],
        slots: 2,
        freeSlots: 2,
        isolationLevel: agent.isolation,
        versions: expect.objectContaining({ meshbook: "0.1.0", python: expect.any(String) as string }) as object,
      },
    ]);
  });

  it("shows how many of its slots are free", async () => {
    const { job, printedSomething } = submit("console.log(1); while (true) {}");
    await printedSomething;
    await untilValue(requester.agents, ([shown]) => shown?.freeSlots === 1);
    job.cancel();
    await untilValue(requester.agents, ([shown]) => shown?.freeSlots === 2);
  });

  it("runs cells in Python, and says it where nobody can be asked", async () => {
    const there = kernel();
    const first = python("a", "x = [1, 2]\nprint('hi')", { defines: ["x"] });
    expect(printed((await runOn(there, pythonRequest(first))).outputs)).toBe("hi\n");
    const { outputs } = await runOn(
      there,
      pythonRequest(python("b", "print(sum(x))\ninput()", { inputs: { x: "a" } })),
    );
    expect(printed(outputs)).toBe("3\n");
    expect(outputs.at(-1)).toMatchObject({
      evalue: "input() was not answered: whoever ran the cell did not answer",
    });
  });

  it("asks whoever runs a cell in Python for lines, shows what came before, and gives them to it", async () => {
    const there = kernel();
    const asked: KernelWait[] = [];
    const words = ["Ana", "geheim"];
    there.onWait((run, wait) => {
      if (wait?.on !== "input") return;
      asked.push(wait);
      there.answer(run, words.shift() ?? "");
    });
    const source = "import getpass\nname = input('Who? ')\nword = getpass.getpass('Word? ')\nprint(name, len(word))";
    const { outputs, end } = await runOn(there, pythonRequest(python("a", source)));
    expect(end).toEqual({ status: "ok" });
    expect(asked).toEqual([
      { on: "input", prompt: "Who? ", secret: false },
      { on: "input", prompt: "Word? ", secret: true },
    ]);
    expect(printed(outputs)).toBe("Who? Ana\nWord? \nAna 6\n");
  });

  it("stops a cell in Python that waits for an answer, and keeps its values", async () => {
    const there = kernel();
    const stop = new AbortController();
    there.onWait((_, wait) => wait && stop.abort());
    const request = pythonRequest(python("a", "x = 1\ninput()"));
    expect(await there.execute(request, () => undefined, stop.signal)).toEqual({
      status: "interrupted",
      stateLost: false,
    });
    expect((await runOn(there, pythonRequest(python("b", "print('on')")))).outputs).toMatchObject([{ text: "on\n" }]);
  });

  it("runs a cell, prints while it runs, and tells where an error is", async () => {
    const { end, outputs } = await runOn(kernel(), requestFor(flowOf({ a: "console.log('hi')\nnull.x" }), "a"));
    expect(end).toEqual({ status: "error", cell: "a", at: { line: 2, column: 6 } });
    expect(printed(outputs)).toBe("hi\n");
    expect(outputs.at(-1)).toMatchObject({ output_type: "error", ename: "TypeError" });
  });

  it("runs the cells a cell needs, and keeps their values", async () => {
    const remote = kernel();
    const flow = flowOf({ a: "const x = 20", b: "const y = x + 1", c: "x + y" });
    const { outputs } = await runOn(remote, requestFor(flow, "c", ["a", "b"]));
    expect(outputs).toMatchObject([{ data: { "text/plain": "41" } }]);
    expect((await runOn(remote, requestFor(flow, "c"))).outputs).toMatchObject([{ data: { "text/plain": "41" } }]);
  });

  it("says that values are gone instead of running without them", async () => {
    const { notebook } = freshKernel();
    const job = submit("1", { notebook, kernel: KernelId.create(), fresh: false }).job;
    expect(await job.end).toMatchObject({ status: "failed", code: "kernel-lost" });
  });

  it("brings outputs of five megabytes, whole", async () => {
    const source = "image(Uint8Array.from({ length: 5_000_000 }, (_, n) => n % 251), 'image/png')";
    const { outputs, end } = await runOn(kernel(), requestFor(flowOf({ a: source }), "a"));
    expect(end).toEqual({ status: "ok" });
    const [shown] = outputs;
    const base64 = shown?.output_type === "execute_result" ? shown.data["image/png"] : "";
    const expected = Buffer.from(Uint8Array.from({ length: 5_000_000 }, (_, n) => n % 251));
    expect(Buffer.compare(Buffer.from(base64 as string, "base64"), expected)).toBe(0);
  });

  it("stops an endless loop, and runs the next cell", async () => {
    const { job, printedSomething, outputs } = submit("console.log('on'); while (true) {}");
    await printedSomething;
    const pressed = performance.now();
    job.cancel();
    expect(await job.end).toEqual({ status: "executed", end: { status: "interrupted", stateLost: true } });
    expect(performance.now() - pressed).toBeLessThan(200 * SLACK);
    expect(printed(outputs)).toBe("on\n");
    expect(await submit("1").job.end).toEqual(OK);
  });

  it("stops a cell at its time limit, and says so", async () => {
    const { job, outputs } = submit("while (true) {}", { ...freshKernel(), limit: ms(300) });
    expect(await job.end).toMatchObject({ status: "failed", code: "kernel-lost" });
    expect(outputs).toMatchObject([{ output_type: "error", evalue: "The cell was ended: it ran longer than 0.3 s." }]);
  });

  it("survives a cell that uses all memory, and says so", async () => {
    const source = "const all = []; while (true) all.push(new Array(1_000_000).fill(0.5 + all.length))";
    const { job, outputs } = submit(source);
    expect(await job.end).toMatchObject({ status: "failed", code: "kernel-lost" });
    expect(outputs).toMatchObject([{ output_type: "error", evalue: expect.stringMatching(/memory/) as string }]);
    expect(await submit("1").job.end).toEqual(OK);
  }, 30_000);

  it("survives a cell that asks for one huge array", async () => {
    const source = "const all = []; while (true) all.push(new Uint8Array(100_000_000).fill(1))";
    const { job, outputs } = submit(source);
    await job.end;
    expect(JSON.stringify(outputs)).toMatch(/allocation failed|memory/);
    expect(await submit("1").job.end).toEqual(OK);
  }, 30_000);

  it("lets jobs wait when all slots are busy, and cancels one that waits", async () => {
    const busy = [1, 2].map(() => submit("console.log(1); await new Promise(() => {})"));
    await Promise.all(busy.map(({ printedSomething }) => printedSomething));
    const [waiting, cancelled] = [submit("2"), submit("3")];
    cancelled.job.cancel();
    expect(await cancelled.job.end).toEqual({ status: "cancelled" });
    busy.forEach(({ job }) => job.cancel());
    expect(await waiting.job.end).toEqual(OK);
  });

  it("refuses a cell that is too large to send, with the reason", async () => {
    const { job } = submit(`"${"x".repeat(300_000)}".length`);
    expect(await job.end).toMatchObject({
      status: "failed",
      code: "too-large",
      message: expect.stringMatching(/192 KiB/) as string,
    });
  });

  it("takes large cells", async () => {
    const { outputs } = await runOn(kernel(), requestFor(flowOf({ a: `"${"x".repeat(150_000)}".length` }), "a"));
    expect(outputs).toMatchObject([{ data: { "text/plain": "150000" } }]);
  });

  it("keeps people and notebooks apart", async () => {
    const leave = "globalThis.left = 'a secret'; Array.prototype.left = 1; 0";
    const look = "[typeof globalThis.left, typeof [].left].join()";
    const notebook = RoomId.create();
    const mine = kernel(requester, notebook);
    await runOn(mine, requestFor(flowOf({ a: leave }), "a"));
    const other = await jobs.startRequester(agent);
    for (const stranger of [kernel(requester), kernel(requester, notebook), kernel(other, notebook)]) {
      const { outputs } = await runOn(stranger, requestFor(flowOf({ a: look }), "a"));
      expect(outputs).toMatchObject([{ data: { "text/plain": "'undefined,undefined'" } }]);
    }
  });

  it("takes up where a page left that was reloaded in the middle of a run", async () => {
    const signer = NodeSigner.create();
    const page = await jobs.startRequester(agent, signer);
    const source = "console.log('before'); await new Promise((done) => setTimeout(done, 600)); console.log('after'); 7";
    const { run, printedSomething, job } = submit(source, freshKernel(), page);
    await printedSomething;
    page.leave();
    expect(await job.end).toMatchObject({ status: "interrupted" });
    const reloaded = await jobs.startRequester(agent, signer);
    const outputs: CellOutput[] = [];
    const adopted = reloaded.adopt(run, agent.peer);
    adopted.onOutput((output) => outputs.push(output));
    expect(await adopted.end).toEqual(OK);
    expect(printed(outputs)).toBe("before\nafter\n");
    expect(outputs.at(-1)).toMatchObject({ data: { "text/plain": "7" } });
  });

  it("keeps a result for a page that was closed when the run ended", async () => {
    const signer = NodeSigner.create();
    const page = await jobs.startRequester(agent, signer);
    // Longer than an agent takes to show that a slot is not free.
    const { run } = submit("await new Promise((done) => setTimeout(done, 3_000)); 'kept'", freshKernel(), page);
    await untilValue(requester.agents, ([shown]) => shown?.freeSlots === 1);
    await page.close();
    await untilValue(requester.agents, ([shown]) => shown?.freeSlots === 2);
    const reopened = await jobs.startRequester(agent, signer);
    const adopted = reopened.adopt(run, agent.peer);
    const outputs: CellOutput[] = [];
    adopted.onOutput((output) => outputs.push(output));
    expect(await adopted.end).toEqual(OK);
    expect(outputs).toMatchObject([{ data: { "text/plain": "'kept'" } }]);
  });

  it("does not know a run that nobody submitted", async () => {
    const { run } = requestFor(flowOf({ a: "1" }), "a");
    expect(await requester.adopt(run, agent.peer).end).toMatchObject({ status: "interrupted" });
  });

  it("tells a kernel that its values are gone before it is used again", async () => {
    const remote = kernel();
    await runOn(remote, requestFor(flowOf({ a: "const x = 1" }), "a"));
    expect(remote.lost).toBe(false);
    // The cell ends its own process when the run is over: what was printed then belongs to nobody.
    const ending = "setTimeout(() => { const all = []; while (true) all.push(new Array(1e7).fill(0.5 + all.length)) })";
    await runOn(remote, requestFor(flowOf({ b: ending }), "b"));
    await untilTrue("the kernel is known to be lost", () => remote.lost);
    expect(remote.holds().size).toBe(0);
  }, 30_000);

  it("frees a kernel's process when it is closed", async () => {
    const remote = kernel();
    await runOn(remote, requestFor(flowOf({ a: "const x = 1" }), "a"));
    remote.close();
    // The agent answers nothing to a release: the values are gone when it says so.
    const options = { notebook: RoomId.create(), kernel: remote.id, fresh: false };
    await untilTrue("the kernel is gone", async () => (await submit("1", options).job.end).status === "failed");
  });
});

describe("a cell that has ended on an agent", () => {
  it.each([
    ["an error in a timer", "setTimeout(() => null.oops, 5); 1", "Uncaught TypeError"],
    ["what a timer throws that is no error", "setTimeout(() => { throw 7 }, 5); 1", "Uncaught Thrown"],
    [
      "a promise left alone",
      "void (async () => { await null; await null; throw new RangeError('x') })(); 1",
      "Uncaught RangeError",
    ],
  ])("is told %s, and stays as it was", async (_what, source, ename) => {
    const late: { readonly run: string; readonly output: CellOutput }[] = [];
    const stop = requester.late.subscribe((one) => late.push(one));
    const { job, outputs, run } = submit(source);
    expect(await job.end).toEqual(OK);
    await untilTrue("the error is told", () => late.length > 0 || outputs.length > 1);
    stop();
    // Where it was quick enough it came before the end.
    const told = [...outputs, ...late.filter((one) => one.run === run).map(({ output }) => output)];
    expect(told).toMatchObject([{ output_type: "execute_result" }, { output_type: "error", ename }]);
  });

  it("tells a few of the errors that a timer throws for ever, and nothing that it prints", async () => {
    const late: CellOutput[] = [];
    const stop = requester.late.subscribe(({ output }) => late.push(output));
    const { job } = submit("let n = 0; setInterval(() => { console.log(n); throw new Error(String(n++)) }, 5); 1");
    expect(await job.end).toEqual(OK);
    await untilTrue("the last is told", () => late.length >= 15);
    stop();
    expect(late.length).toBeLessThanOrEqual(20);
    expect(new Set(late.map(({ output_type }) => output_type))).toEqual(new Set(["error"]));
  });
});
