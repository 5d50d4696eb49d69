// A reader that stops reading what its jobs print, while others work on the same agent through the same broker.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import { mib } from "#shared/base/units.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { LONG } from "../../support/property.ts";

/** Each prints a megabyte at 8 MB/s, as fast as two slots can: most of it has nowhere to go. */
const NOISY = LONG ? 80 : 6;
const CELL = `
  for (let n = 0; n < 16; n++) {
    console.log("x".repeat(65_000));
    await new Promise((done) => setTimeout(done, 16));
  }`;
const OTHERS = LONG ? 1_000 : 50;
/** What is promised of the others, in milliseconds. */
const P99 = 200;
/** Nobody keeps more for a reader that does not read than what the agent may send ahead, and what a job may print. */
const GROWTH = mib(96);

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;

/** Milliseconds of jobs that do nothing, one after another, in the same kernel. */
async function timeNoOps(requester: JobRequester, agent: AgentChild): Promise<readonly number[]> {
  const kernel = { notebook: RoomId.create(), kernel: KernelId.create() };
  const times: number[] = [];
  for (let n = 0; n <= OTHERS; n++) {
    const began = performance.now();
    const request = requestFor(flowOf({ a: "1" }), "a");
    expect(await requester.submit(agent.peer, request, { ...kernel, fresh: n === 0 }).end).toMatchObject({
      status: "executed",
    });
    // The first starts the slot.
    if (n > 0) times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other);
}

describe.skipIf(process.platform !== "linux")("a viewer that does not read", () => {
  it("slows nobody down, fills nobody's memory, and has all its jobs ended once when it reads again", async () => {
    const agent = await jobs.startAgent({ slots: 3 });
    const viewer = await jobs.startCuttableRequester(agent);
    const other = await jobs.startRequester(agent);
    const notebook = new JobNotebook(viewer.requester, cellsOf(NOISY, CELL));
    const pids = [jobs.broker.pid!, agent.child.pid!, process.pid];
    notebook.start();
    await notebook.printing("c0");
    const before = pids.map(residentBytes);
    viewer.proxy.stop("down");
    const times = await timeNoOps(other, agent);
    const grown = pids.map((pid, n) => residentBytes(pid) - before[n]!);
    viewer.mend();
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: NOISY }]);
    const [p50, p99] = [0.5, 0.99].map((part) => times[Math.floor(times.length * part)]!);
    const megabytes = grown.map((bytes) => Math.round(bytes / mib(1)));
    const told = `others p50 ${p50!.toFixed(1)} ms, p99 ${p99!.toFixed(1)} ms (< ${P99}); broker, agent, submitter grew by`;
    console.log(`[figure] frozen viewer: ${told} ${megabytes.join(", ")} MiB`);
    for (const bytes of grown) expect(bytes).toBeLessThan(GROWTH);
  });
});
