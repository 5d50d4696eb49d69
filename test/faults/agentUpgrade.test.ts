import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { JobDispatcher } from "#shared/session/JobDispatcher.ts";
import { printed } from "../contract/kernel.ts";
import { JobClass } from "../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../support/programs.ts";
import { LONG } from "../support/property.ts";
import { untilTrue } from "../support/until.ts";

const OK = { status: "executed", end: { status: "ok" } };
/** Jobs, and how often an agent is restarted under them. */
const [JOBS, RESTARTS] = LONG ? [200, 6] : [50, 1];
/** Each execution prints a number of its own. */
const CELL = "const id = Math.random(); await new Promise((done) => setTimeout(done, 40)); console.log('ran', id)";

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

it(`loses and repeats none of ${JOBS} jobs when the only agent is restarted as for an upgrade in the middle of them`, async () => {
  const data = jobs.newFolder();
  let agent = await jobs.startAgent({ data, slots: 2 });
  const requester = await jobs.startRequester(agent);
  const dispatcher = new JobDispatcher({ requester, clock: systemClock, seed: 1 });
  let ended = 0;
  const runs = Array.from({ length: JOBS }, () => {
    const run = dispatcher.submit(requestFor(flowOf({ a: CELL }), "a"), { notebook: RoomId.create() });
    const outputs: CellOutput[] = [];
    run.onOutput((output) => outputs.push(output));
    void run.end.then(() => (ended += 1));
    return { run, outputs };
  });
  for (let restart = 1; restart <= RESTARTS; restart++) {
    const due = (JOBS * restart) / (RESTARTS + 2);
    await untilTrue(`${due} jobs ended`, () => ended >= due);
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    expect(ended).toBeLessThan(JOBS);
    agent = await jobs.startAgent({ data, slots: 2 });
  }
  const ends = await Promise.all(runs.map(({ run }) => run.end));
  expect(ends.filter((end) => JSON.stringify(end) !== JSON.stringify(OK))).toEqual([]);
  const printedBy = runs.map(({ outputs }) => printed(outputs));
  expect(printedBy.filter((text) => !/^ran \S+\n$/.test(text))).toEqual([]);
  // What the agent gave back had not started: no number was drawn twice for one job.
  expect(new Set(printedBy).size).toBe(JOBS);
  expect(runs.every(({ run }) => run.view.get().loss === "")).toBe(true);
});
