// A fifth of all messages twice and a fifth of them late, both ways, between a requester and a real broker and agents.

import { afterAll, beforeAll, expect, it } from "vitest";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { LONG, propertySeed } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

const JOBS = LONG ? 1_000 : 100;
const CELL = "const id = Math.random(); for (let n = 0; n < 5; n++) console.log(id, n, 'x'.repeat(100)); id";

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

it(`${JOBS} jobs end once each, with all they printed in order, when a fifth of all messages are repeated and late`, async () => {
  await jobs.startAgent({ slots: 2 });
  await jobs.startAgent({ slots: 2 });
  const seed = propertySeed("disorder of messages");
  const disorder = { repeated: 0.2, late: 0.2, delay: 60 };
  const { requester, transport } = await jobs.startDisorderlyRequester(seed, disorder);
  await untilTrue("both are seen", () => requester.agents.get().length === 2);
  const notebook = new JobNotebook(requester, cellsOf(JOBS, CELL));
  const began = performance.now();
  notebook.start();
  await notebook.ended();
  const took = Math.round(performance.now() - began);
  expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS }]);
  const ids = notebook.bench.cells().map((cell) => {
    const lines = notebook.printed(cell).split(/[\n|]+/);
    const id = lines[0]!.split(" ")[0]!;
    expect(lines.slice(0, 5).map((line) => line.slice(0, id.length + 2))).toEqual(
      [0, 1, 2, 3, 4].map((n) => `${id} ${n}`),
    );
    return id;
  });
  expect(new Set(ids).size).toBe(JOBS);
  const { repeated, late } = transport.caused;
  expect(Math.min(repeated, late)).toBeGreaterThan(0);
  console.log(`[figure] disorder: ${JOBS} of ${JOBS} jobs ended once, ${repeated} repeated, ${late} late, ${took} ms`);
});
