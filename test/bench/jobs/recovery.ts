// How long after an agent is gone its job runs elsewhere.

import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { JobDispatcher, type DispatchedRun } from "#shared/session/JobDispatcher.ts";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { untilValue } from "../../support/until.ts";
import { pauseFor } from "./LoadedAgent.ts";

/** Longer than any of it takes. */
const LENGTH = 60_000;

/** Milliseconds from the signal to the moment at which another agent says that it runs the job. */
export async function measureRecovery(signal: "SIGKILL" | "SIGSTOP"): Promise<number> {
  const jobs = await JobClass.start();
  try {
    const agents = [await jobs.startAgent(), await jobs.startAgent()];
    const requester = await jobs.startRequester();
    await untilValue(requester.agents, (all) => all.length === agents.length);
    const dispatcher = new JobDispatcher({ requester, clock: systemClock, seed: 1 });
    const run = dispatcher.submit(pauseFor(LENGTH), { notebook: RoomId.create() });
    const first = await untilRuns(run, agents);
    const since = performance.now();
    first.child.kill(signal);
    await untilRuns(
      run,
      agents.filter((agent) => agent !== first),
    );
    return performance.now() - since;
  } finally {
    await jobs.stop();
  }
}

/** The one of the agents that runs it. */
async function untilRuns(run: DispatchedRun, agents: readonly AgentChild[]): Promise<AgentChild> {
  const runs = (): AgentChild | undefined => {
    const { state, agent } = run.view.get();
    return state === "running" ? agents.find(({ peer }) => peer === agent) : undefined;
  };
  await untilValue(run.view, () => runs() !== undefined);
  const agent = runs();
  if (agent === undefined) throw new Error("it runs nowhere");
  return agent;
}
