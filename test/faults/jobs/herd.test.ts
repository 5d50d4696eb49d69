// Thirty people press Run at the same moment, on two agents.

import { afterAll, beforeAll, expect, it } from "vitest";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

const SUBMITTERS = 30;
const EACH = LONG ? 40 : 8;
const CELL = "await new Promise((done) => setTimeout(done, 20)); console.log('ran', Math.random())";

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

it(`serves each of ${SUBMITTERS} submitters who start at once, and all their jobs once`, async () => {
  for (const slots of [2, 2]) await jobs.startAgent({ slots });
  const requesters = await Promise.all(Array.from({ length: SUBMITTERS }, () => jobs.startRequester()));
  await untilTrue("all see both", () => requesters.every(({ agents }) => agents.get().length === 2));
  const notebooks = requesters.map((requester, n) => new JobNotebook(requester, cellsOf(EACH, CELL), n));
  const began = performance.now();
  for (const notebook of notebooks) notebook.start();
  const served = (): readonly number[] => notebooks.map(({ endedCells }) => endedCells);
  const half = (SUBMITTERS * EACH) / 2;
  await untilTrue("half is done", () => served().reduce((sum, count) => sum + count, 0) >= half);
  const [most, least] = [Math.max(...served()), Math.min(...served())];
  await untilTrue("the first is through", () => Math.max(...served()) === EACH);
  // Nobody waits until others are through.
  expect(Math.min(...served())).toBeGreaterThan(0);
  await Promise.all(notebooks.map((notebook) => notebook.ended()));
  const took = Math.round(performance.now() - began);
  expect(notebooks.flatMap(({ notOnce }) => notOnce)).toEqual([]);
  expect(notebooks.map(({ tally }) => tally)).toEqual(notebooks.map(() => ({ ok: EACH })));
  const ratio = (most / Math.max(1, least)).toFixed(2);
  console.log(`[figure] herd of ${SUBMITTERS}: at half time ${most} / ${least} = ${ratio}, all ended in ${took} ms`);
});
