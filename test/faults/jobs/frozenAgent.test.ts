import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

/** Both longer than a lease. */
const FROZEN_MS = LONG ? 10_000 : 4_000;
const JOBS = LONG ? 24 : 6;
/** Long enough to be seen at work on a busy machine, where one slot may start seconds after another. */
const CELL = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 1000))";

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

describe.skipIf(process.platform === "win32")("an agent that stands still for longer than its lease", () => {
  it("has its jobs done elsewhere, and what it says of them when it goes on changes nothing", async () => {
    const [agent, other] = [await jobs.startAgent({ slots: 2 }), await jobs.startAgent({ slots: 2 })];
    const requester = await jobs.startRequester();
    await untilTrue("both are seen", () => requester.agents.get().length === 2);
    const notebook = new JobNotebook(requester, { ...cellsOf(JOBS, CELL), last: CELL });
    const cells = notebook.bench.cells().slice(0, JOBS);
    notebook.start(cells);
    const isThere = (cell: string): boolean => notebook.place(cell)?.agent === agent.peer && notebook.isPrinting(cell);
    await untilTrue("it executes one", () => cells.some(isThere));
    const frozen = cells.filter((cell) => notebook.place(cell)?.agent === agent.peer);
    agent.child.kill("SIGSTOP");
    const stopped = performance.now();
    await notebook.ended();
    const took = performance.now() - stopped;
    const before = cells.map((cell) => notebook.printed(cell));
    await untilTrue("it stood long enough", () => performance.now() - stopped >= FROZEN_MS);
    await jobs.killAgents([other]);
    await untilTrue("the other is gone", () => !requester.agents.get().some(({ peer }) => peer === other.peer));
    agent.child.kill("SIGCONT");
    // What it said late came before what it says of this one.
    notebook.start(["last"]);
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS + 1 }]);
    expect(cells.map((cell) => notebook.printed(cell))).toEqual(before);
    expect(new Set(before).size).toBe(JOBS);
    const figure = `${frozen.length} jobs were at it, ${JOBS} of ${JOBS} ended once, ${Math.round(took)} ms after it froze`;
    console.log(`[figure] agent frozen for ${FROZEN_MS / 1_000} s: ${figure}`);
  });
});
