// How fast a job is: a cell that does nothing, from a requester through the embedded broker to a Deno slot and back, with
// everything on that a class has: seals, signatures, presence, acknowledgements.

import { CellId, KernelId, RoomId, RunId } from "#shared/base/ids.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import { JobClass, type AgentChild } from "../support/jobs/JobClass.ts";

const WARM_UP = 300;
const SINGLE = 1_000;
/** Jobs of the throughput run, and how many of them are on their way at a time. */
const MANY = 4_000;
const IN_FLIGHT = 64;

const cell = CellId.create();
const nothing = (): KernelRequest => ({
  run: RunId.create(),
  program: { cell, language: "javascript", code: "", inputs: {}, defines: [] },
  before: [],
});

export async function benchJobs(): Promise<Record<string, number>> {
  const jobs = await JobClass.start();
  try {
    const agent = await jobs.startAgent();
    const requester = await jobs.startRequester(agent);
    const run = runner(requester, agent);
    for (let n = 0; n < WARM_UP; n++) await run();
    const times: number[] = [];
    for (let n = 0; n < SINGLE; n++) times.push(await run());
    times.sort((one, other) => one - other);
    const perSecond = await throughput(run);
    return {
      single_p50_ms: round(times[SINGLE / 2] ?? NaN),
      single_p99_ms: round(times[Math.floor(SINGLE * 0.99)] ?? NaN),
      jobs_per_s: Math.round(perSecond),
    };
  } finally {
    await jobs.stop();
  }
}

/** Runs one job in the one kernel of this bench; gives milliseconds. */
function runner(requester: JobRequester, agent: AgentChild): () => Promise<number> {
  const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
  return async () => {
    const since = performance.now();
    const end = await requester.submit(agent.peer, nothing(), options).end;
    if (end.status !== "executed" || end.end.status !== "ok") throw new Error(`a job ended as ${JSON.stringify(end)}`);
    return performance.now() - since;
  };
}

async function throughput(run: () => Promise<number>): Promise<number> {
  let left = MANY;
  const since = performance.now();
  const lane = async (): Promise<void> => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return MANY / ((performance.now() - since) / 1_000);
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** The name under which `run.mjs` finds every bench. */
export { benchJobs as measure };
