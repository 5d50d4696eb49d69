// The class host's own broker, or with MESHBOOK_JOB_BROKER a Mosquitto, killed again and again under running jobs.

import { afterAll, beforeAll, expect, it } from "vitest";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

/** Every 5 s for a minute; in short runs as soon as everybody is back, twice. */
const [KILLS, EVERY_MS] = LONG ? [12, 5_000] : [2, 0];
const CELL_MS = LONG ? 1_000 : 150;
const CELL = `console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, ${CELL_MS}))`;
/** More than four slots can do until the last kill. */
const JOBS = LONG ? 300 : 60;

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

it(`${JOBS} jobs end once each while the broker is killed ${KILLS} times`, async () => {
  for (const slots of [2, 2]) await jobs.startAgent({ slots });
  const requester = await jobs.startRequester();
  await untilTrue("both are seen", () => requester.agents.get().length === 2);
  const notebook = new JobNotebook(requester, cellsOf(JOBS, CELL));
  const cells = notebook.bench.cells();
  const began = performance.now();
  notebook.start();
  let last = performance.now();
  for (let kill = 1; kill <= KILLS; kill++) {
    const before = notebook.endedCells;
    await untilTrue("it is time", () => performance.now() - last >= EVERY_MS);
    if (!LONG) await untilTrue("work goes on", () => notebook.endedCells > before + 4);
    const { pid } = jobs.broker;
    last = performance.now();
    // Between two lives there is none to kill.
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    await untilTrue("another life begins", () => jobs.broker.pid !== undefined && jobs.broker.pid !== pid);
  }
  expect(notebook.endedCells).toBeLessThan(JOBS);
  await notebook.ended();
  const took = Math.round(performance.now() - began);
  expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS }]);
  expect(new Set(cells.map((cell) => notebook.printed(cell))).size).toBe(JOBS);
  expect(cells.filter((cell) => !/^ran \S+\n$/.test(notebook.printed(cell)))).toEqual([]);
  const ideal = (JOBS * CELL_MS) / 4;
  console.log(`[figure] broker killed ${KILLS} times: ${JOBS} of ${JOBS} ended once, ${took} ms (ideal ${ideal})`);
});
