// What an agent's outbox on disk is worth: ends that nobody confirmed outlive its process.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import type { JobEnd } from "#shared/jobs/jobMessage.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { printed } from "../contract/kernel.ts";
import { JobClass } from "../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../support/programs.ts";
import { untilTrue, untilValue } from "../support/until.ts";

const OK: JobEnd = { status: "executed", end: { status: "ok" } };
/** Each execution prints another number: one that ran twice shows two. */
const CELL = `
  const id = Math.random();
  console.log("began", id);
  await new Promise((done) => setTimeout(done, 400));
  for (let n = 0; n < 3000; n++) console.log("line", n, "x".repeat(40));
  console.log("ended", id);`;

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

/** True once LevelDB has something in its log. */
const hasWritten = (data: string): boolean =>
  readdirSync(join(data, "outbox")).some(
    (file) => file.endsWith(".log") && statSync(join(data, "outbox", file)).size > 0,
  );

async function runUnwatched(data: string) {
  const agent = await jobs.startAgent({ data });
  const { requester, cut, mend } = await jobs.startCuttableRequester(agent);
  const outputs: CellOutput[] = [];
  const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
  const job = requester.submit(agent.peer, requestFor(flowOf({ a: CELL }), "a"), options);
  await new Promise<void>((resolve) => {
    job.onOutput((output) => {
      outputs.push(output);
      resolve();
    });
  });
  cut();
  return { agent, requester, job, outputs, mend };
}

describe("an agent that is killed with ends that nobody has fetched", () => {
  it("delivers them, whole and once, when it is started again", async () => {
    const data = jobs.newFolder();
    const { agent, requester, job, outputs, mend } = await runUnwatched(data);
    await untilTrue("the end is on disk", () => hasWritten(data));
    agent.child.kill("SIGKILL");
    await agent.exited;
    await jobs.startAgent({ data });
    mend();
    expect(await job.end).toEqual(OK);
    const text = printed(outputs);
    const id = /^began (\S+)$/m.exec(text)?.[1];
    expect(text.match(/^began .*$/gm)).toEqual([`began ${id}`]);
    expect(text.match(/^line /gm)).toHaveLength(3_000);
    expect(text.endsWith(`ended ${id}\n`)).toBe(true);
    await untilValue(requester.agents, (all) => all.some(({ freeSlots }) => freeSlots === 1));
  });

  it("says of one that it had not finished that it is lost, and does not run it again", async () => {
    const data = jobs.newFolder();
    const { agent, job, outputs, mend } = await runUnwatched(data);
    agent.child.kill("SIGKILL");
    await agent.exited;
    await jobs.startAgent({ data });
    mend();
    expect(await job.end).toEqual({ status: "interrupted", message: "the agent was restarted" });
    expect(printed(outputs).match(/^began /gm)).toHaveLength(1);
  });
});
