// An agent whose slots get a tenth of the processor time, beside one whose slots get what they want.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { processTree } from "../../support/processes.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

const JOBS = LONG ? 200 : 24;
/** Computes for a while, the same each time. */
const CELL = "let sum = 0; for (let n = 0; n < 1e7; n++) sum += n % 7; console.log('ran', Math.random(), sum)";
/** Of each period in milliseconds the slow agent's slots run for so many. */
const [PERIOD_MS, RUN_MS] = [50, 5];
/** Half of the jobs at the slow one would take five times as long as all at the other; what is promised is 2. */
const MOST_OVER_IDEAL = 4;

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

/** Stops and continues the slots of an agent in turns; returns what ends that. */
function slowDown(agent: AgentChild): () => void {
  const signal = (name: "SIGSTOP" | "SIGCONT"): void => {
    for (const pid of processTree(agent.child.pid!).slice(1)) {
      try {
        process.kill(pid, name);
      } catch {
        // It ended meanwhile.
      }
    }
  };
  const timer = setInterval(() => {
    signal("SIGCONT");
    setTimeout(() => signal("SIGSTOP"), RUN_MS);
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
    setTimeout(() => signal("SIGCONT"), PERIOD_MS);
  };
}

async function makespan(notebook: JobNotebook): Promise<number> {
  const began = performance.now();
  notebook.start();
  await notebook.ended();
  expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS }]);
  return performance.now() - began;
}

describe.skipIf(process.platform !== "linux")("a slow agent beside a fast one", () => {
  it("makes nothing wait for it: all is done in less than twice the time the fast one takes alone", async () => {
    const fast = await jobs.startAgent();
    const requester = await jobs.startRequester(fast);
    const alone = await makespan(new JobNotebook(requester, cellsOf(JOBS, CELL)));
    const slow = await jobs.startAgent();
    await untilTrue("both are seen", () => requester.agents.get().length === 2);
    const stop = slowDown(slow);
    const together = await makespan(new JobNotebook(requester, cellsOf(JOBS, CELL)));
    stop();
    const ratio = together / alone;
    console.log(`[figure] slow beside fast agent: ${ratio.toFixed(2)} times what the fast one takes alone (< 2)`);
    expect(ratio).toBeLessThan(MOST_OVER_IDEAL);
  });
});
