// A cell whose slot is killed wherever it runs, as by an operating system that has no memory left.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { killAll, processTree } from "../../support/processes.ts";
import { untilTrue } from "../../support/until.ts";

const POISON = "console.log('here'); await new Promise(() => {})";
const GOOD = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 30))";
const OTHERS = 20;

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

/** Kills the slot in which the cell is, each time that it has begun somewhere, until it has ended. */
async function killWherever(notebook: JobNotebook, cell: string, agents: readonly AgentChild[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await untilTrue(`attempt ${attempt} prints, or it has ended`, () => {
      return notebook.ends.has(cell) || (notebook.isPrinting(cell) && notebook.place(cell)?.attempt === attempt);
    });
    const agent = agents.find(({ peer }) => peer === notebook.place(cell)?.agent);
    if (notebook.ends.has(cell) || agent === undefined) return;
    // With one slot nothing else executes there now; the other process is the spare.
    killAll(processTree(agent.child.pid!).slice(1));
  }
}

describe.skipIf(process.platform !== "linux")("a job that kills its slot", () => {
  it.each([
    { agents: 2, parked: /^2 computers failed while they ran this; last: its process ended/ },
    { agents: 1, parked: /^it was tried 3 times; last: its process ended/ },
  ])("is parked with its reason and what it printed, and harms no other, on $agents agents", async (given) => {
    const agents: AgentChild[] = [];
    for (let n = 0; n < given.agents; n++) agents.push(await jobs.startAgent());
    const requester = await jobs.startRequester();
    await untilTrue("all are seen", () => requester.agents.get().length === given.agents);
    const notebook = new JobNotebook(requester, { poison: POISON, ...cellsOf(OTHERS, GOOD) });
    const began = performance.now();
    notebook.start();
    await Promise.all([notebook.ended(), killWherever(notebook, "poison", agents)]);
    const took = performance.now() - began;
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: OTHERS, parked: 1 }]);
    const where = notebook.bench.record("poison")!.where;
    expect(where.at === "any" && where.parked).toMatch(given.parked);
    const [printed, died, parked] = notebook.bench.outputs("poison");
    expect(printed).toMatchObject({ text: "here\n" });
    expect(died).toMatchObject({ ename: "KernelLostError" });
    expect(parked).toMatchObject({ ename: "Parked", evalue: expect.stringMatching(given.parked) as string });
    expect(agents.every(({ child }) => child.exitCode === null)).toBe(true);
    console.log(`[figure] poison job on ${given.agents} agents: parked, ${OTHERS} others ok, ${Math.round(took)} ms`);
    await jobs.killAgents(agents);
  });
});
