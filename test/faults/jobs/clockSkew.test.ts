// Agents whose wall clock is a day off (`support/faults/skewClock.mjs`, in the real process).

import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { DIST } from "../../support/built.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

const DAY = 24 * 3_600_000;
const PRELOAD = join(import.meta.dirname, "../../support/faults/skewClock.mjs");
const JOBS = 30;
const CELL = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 50))";
const SLOW = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 2000))";

const skewed = (ms: number): Record<string, string> => ({
  NODE_OPTIONS: `--import file://${PRELOAD}`,
  MESHBOOK_TEST_SKEW: String(ms),
});

let host: RunningHost;
let jobs: JobClass;

beforeAll(async () => {
  host = await startHost();
  jobs = JobClass.of(host);
});
afterAll(async () => {
  await jobs.stop();
  await host.stop();
});

describe("agents whose clocks are a day before and a day behind the host's", () => {
  it("are let in, and do each job once", async () => {
    const ahead = await jobs.startAgent({ broker: undefined, env: skewed(DAY) });
    const behind = await jobs.startAgent({ broker: undefined, env: skewed(-DAY) });
    const requester = await jobs.startRequester(ahead);
    const notebook = new JobNotebook(requester, cellsOf(JOBS, CELL));
    await untilTrue("both are seen", () => requester.agents.get().length === 2);
    notebook.start();
    const used = new Set<string>();
    await Promise.all([
      notebook.ended(),
      untilTrue("both have had some", () => {
        for (const cell of notebook.bench.cells()) used.add(notebook.place(cell)?.agent ?? "");
        return used.has(ahead.peer) && used.has(behind.peer);
      }),
    ]);
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS }]);
    console.log(`[figure] clocks a day off: ${JOBS} of ${JOBS} jobs ended once, on both agents`);
    await jobs.killAgents([ahead, behind]);
  });

  it.each([
    ["ahead", DAY],
    ["behind", -DAY],
  ])("keep what nobody fetched when the clock, a day %s, is set right before they start again", async (_way, skew) => {
    const data = jobs.newFolder();
    const agent = await jobs.startAgent({ broker: undefined, data, env: skewed(skew) });
    const { requester, cut, mend } = await jobs.startCuttableRequester(agent);
    const notebook = new JobNotebook(requester, { a: SLOW });
    notebook.start();
    await notebook.printing("a");
    cut();
    const activity = notebook.bench.activity("a");
    const printed = activity.state === "running" ? activity.outputs[0] : undefined;
    // It waits until what executes has ended, and is on the disk.
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    await jobs.startAgent({ broker: undefined, data });
    mend();
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: 1 }]);
    expect(notebook.bench.outputs("a")).toEqual([printed]);
  });

  it("say that the clock is to be set where no host tells the time and the broker wants it", async () => {
    const nowhere = formatRoomLink({ ...jobs.link, base: "http://127.0.0.1:1" });
    const args = ["--join", nowhere, "--broker-url", jobs.brokerUrl, "--data", jobs.newFolder(), "--slots", "1"];
    const child = spawn(process.execPath, [join(DIST, "node/agent.mjs"), ...args], {
      env: { ...process.env, ...skewed(DAY) },
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    await untilTrue("it says what to do", () => said.includes("set this computer's clock right"));
    expect(child.exitCode).toBeNull();
    child.kill("SIGKILL");
  });
});
