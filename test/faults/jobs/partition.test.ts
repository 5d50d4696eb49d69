// Cables that let nothing through, while both ends believe that they are connected.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const JOBS = LONG ? 40 : 4;
/** Long enough to be seen at work on a busy machine, where one slot may start seconds after another. */
const CELL = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 1000))";
const LONGER = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 3000))";

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

describe("while both sides live and nothing passes between them", () => {
  it("jobs of an agent are done elsewhere; what it did of them counts for nothing", async () => {
    const { agent, proxy } = await jobs.startCuttableAgent();
    const other = await jobs.startAgent();
    const requester = await jobs.startRequester();
    await untilTrue("both are seen", () => requester.agents.get().length === 2);
    const notebook = new JobNotebook(requester, { ...cellsOf(JOBS, CELL), last: CELL });
    const cells = notebook.bench.cells().slice(0, JOBS);
    notebook.start(cells);
    const isThere = (cell: string): boolean => notebook.place(cell)?.agent === agent.peer && notebook.isPrinting(cell);
    await untilTrue("it executes one", () => cells.some(isThere));
    proxy.stop("up");
    proxy.stop("down");
    const stopped = performance.now();
    await notebook.ended();
    const took = Math.round(performance.now() - stopped);
    const before = cells.map((cell) => notebook.printed(cell));
    await jobs.killAgents([other]);
    await untilTrue("the other is gone", () => !requester.agents.get().some(({ peer }) => peer === other.peer));
    proxy.mend();
    notebook.start(["last"]);
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS + 1 }]);
    expect(cells.map((cell) => notebook.printed(cell))).toEqual(before);
    expect(new Set(before).size).toBe(JOBS);
    console.log(`[figure] agent partitioned: ${JOBS} of ${JOBS} jobs ended once, ${took} ms after the partition`);
    await jobs.killAgents([agent]);
  });

  it("a requester and an agent notice it while they work, long before the keepalive ends", async () => {
    const { agent, proxy } = await jobs.startCuttableAgent();
    const { requester, proxy: own } = await jobs.startCuttableRequester(agent);
    const notebook = new JobNotebook(requester, { long: LONGER });
    notebook.start();
    await untilTrue("it executes", () => notebook.isPrinting("long"));
    const attempts = proxy.accepted;
    for (const cable of [proxy, own]) for (const way of ["up", "down"] as const) cable.stop(way);
    const stopped = performance.now();
    const since = (): number => Math.round(performance.now() - stopped);
    const noticed = await Promise.all([
      untilValue(requester.online, (online) => !online).then(since),
      untilTrue("the agent connects anew", () => proxy.accepted > attempts).then(since),
    ]);
    for (const cable of [proxy, own]) cable.mend();
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: 1 }]);
    console.log(
      `[figure] silent partition: noticed by the requester after ${noticed[0]} ms, by the agent after ${noticed[1]} ms`,
    );
    await jobs.killAgents([agent]);
  });

  // Nobody tells it that it is alone: its leases end, and agents that hear nothing of it do not answer.
  it.runIf(LONG)("jobs of a requester are not parked, and end once when it is back", async () => {
    const agents = [await jobs.startAgent({ slots: 2 }), await jobs.startAgent({ slots: 2 })];
    const { requester, proxy } = await jobs.startCuttableRequester(agents[0]!);
    const watcher = await jobs.startRequester();
    const notebook = new JobNotebook(requester, cellsOf(4, LONGER));
    await untilTrue("both are seen", () => requester.agents.get().length === 2);
    const cells = notebook.bench.cells();
    notebook.start();
    await untilTrue("all execute", () => cells.every((cell) => notebook.isPrinting(cell)));
    const stopped = performance.now();
    for (const way of ["up", "down"] as const) proxy.stop(way);
    // Longer than its leases, an unanswered offer, and all attempts together; shorter than TCP would notice.
    await untilTrue("it is over", () => performance.now() - stopped > 14_000);
    expect(watcher.agents.get().every(({ freeSlots }) => freeSlots === 2)).toBe(true);
    proxy.mend();
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: 4 }]);
    console.log(`[figure] requester partitioned for 14 s: 4 of 4 jobs ended once`);
  });
});
