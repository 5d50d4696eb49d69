// Thirty requesters at once on one agent, each with more to do than its part.

import { JobClass } from "../../support/jobs/JobClass.ts";
import { LoadedAgent } from "./LoadedAgent.ts";

const REQUESTERS = 30;
const EACH = 4;
const SLOTS = 4;
/** Milliseconds of one job, of the whole, of a window, and between windows that are looked at. */
const LENGTH = 2;
const DURATION = 6_000;
const WINDOW = 2_000;
const STEP = 100;

/** Most served to least served, in the window in which that was worst. */
export async function measureFairness(): Promise<number> {
  const jobs = await JobClass.start();
  try {
    const agent = await jobs.startAgent({ slots: SLOTS });
    const kernels: LoadedAgent[] = [];
    for (let n = 0; n < REQUESTERS; n++) kernels.push(new LoadedAgent(await jobs.startRequester(agent), agent));
    // Each has its slot's process started before it counts.
    for (const kernel of kernels) await kernel.run();
    const until = performance.now() + DURATION;
    const served = kernels.map(async (kernel) => {
      const ends: number[] = [];
      const lane = async (): Promise<void> => {
        while (performance.now() < until) {
          await kernel.run(LENGTH);
          ends.push(performance.now());
        }
      };
      await Promise.all(Array.from({ length: EACH }, lane));
      return ends;
    });
    return worstRatio(await Promise.all(served), until);
  } finally {
    await jobs.stop();
  }
}

/** Counts from when all are there: when each has been served what it asked for at first. */
function worstRatio(served: readonly (readonly number[])[], until: number): number {
  const since = Math.max(...served.map((ends) => ends[EACH - 1] ?? until));
  let worst = 1;
  for (let from = since; from + WINDOW <= until; from += STEP) {
    const counts = served.map((ends) => ends.filter((end) => end >= from && end < from + WINDOW).length);
    worst = Math.max(worst, Math.max(...counts) / Math.max(1, Math.min(...counts)));
  }
  return worst;
}
