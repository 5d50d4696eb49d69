import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { LEASE } from "#shared/jobs/requestedJob.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { JobDispatcher, type DispatchedRun } from "#shared/session/JobDispatcher.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import { printed } from "../contract/kernel.ts";
import { JobClass, type AgentChild } from "../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../support/programs.ts";
import { SLACK } from "../support/slack.ts";
import { untilValue } from "../support/until.ts";

const OK = { status: "executed", end: { status: "ok" } };
const WORK = "console.log('on'); await new Promise((done) => setTimeout(done, 1500)); console.log('done')";

let jobs: JobClass;
let requester: JobRequester;
let dispatcher: JobDispatcher;

beforeAll(async () => {
  jobs = await JobClass.start();
  requester = await jobs.startRequester();
  dispatcher = new JobDispatcher({ requester, clock: systemClock, seed: 1 });
});
afterAll(() => jobs.stop());

/** Two agents, and a job that runs on one of them. */
async function start(): Promise<{ run: DispatchedRun; outputs: CellOutput[]; agent: AgentChild; other: AgentChild }> {
  const agents = [await jobs.startAgent(), await jobs.startAgent()];
  await untilValue(requester.agents, (all) => agents.every((one) => all.some(({ peer }) => peer === one.peer)));
  const run = dispatcher.submit(requestFor(flowOf({ a: WORK }), "a"), { notebook: RoomId.create() });
  const outputs: CellOutput[] = [];
  run.onRestart(() => outputs.splice(0));
  await new Promise<void>((resolve) => {
    run.onOutput((output) => {
      outputs.push(output);
      resolve();
    });
  });
  const agent = agents.find(({ peer }) => peer === run.view.get().agent)!;
  const other = agents.find((one) => one !== agent)!;
  return { run, outputs, agent, other };
}

const isElsewhere = (run: DispatchedRun, agent: AgentChild) =>
  untilValue(run.view, ({ agent: at, state }) => at !== undefined && at !== agent.peer && state !== "waiting");

async function stop(...agents: readonly AgentChild[]): Promise<void> {
  for (const { child, exited } of agents) {
    child.kill("SIGKILL");
    await exited;
  }
  await untilValue(requester.agents, (all) => all.length === 0);
}

describe("a job that any agent may do", () => {
  it("is at another agent within 200 ms of its agent's death, and its output is there once", async () => {
    const { run, outputs, agent, other } = await start();
    agent.child.kill("SIGKILL");
    const killed = performance.now();
    await isElsewhere(run, agent);
    const took = performance.now() - killed;
    expect(took).toBeLessThan(200 * SLACK);
    expect(await run.end).toEqual(OK);
    expect(printed(outputs)).toBe("on\ndone\n");
    expect(run.view.get()).toMatchObject({ attempt: 2, agent: other.peer });
    await stop(other);
  });

  it.skipIf(process.platform === "win32")(
    "begins elsewhere when its agent stands still for longer than its lease, and takes one result only",
    async () => {
      const { run, outputs, agent, other } = await start();
      agent.child.kill("SIGSTOP");
      const stopped = performance.now();
      await isElsewhere(run, agent);
      expect(performance.now() - stopped).toBeLessThan(LEASE + 1_000 * SLACK);
      agent.child.kill("SIGCONT");
      expect(await run.end).toEqual(OK);
      expect(printed(outputs)).toBe("on\ndone\n");
      await stop(agent, other);
    },
  );
});
