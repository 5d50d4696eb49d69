// Many jobs of 20 ms at once, for any agent: how long all take, against slots that are never idle, and what remains of
// them in the memory of their requester.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { JobDispatcher } from "#shared/session/JobDispatcher.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { LONG } from "../../support/property.ts";
import { pauseFor } from "./LoadedAgent.ts";

const SLOTS = 4;
const LENGTH = 20;
const WARM_UP = 200;
const MANY = LONG ? 10_000 : 1_000;

export interface MakespanFigures {
  readonly makespan_jobs: number;
  readonly makespan_over_ideal: number;
  /** Megabytes of the requester's heap after all jobs, above those before them. */
  readonly requester_growth_mb: number;
}

export async function measureMakespan(): Promise<MakespanFigures> {
  const jobs = await JobClass.start();
  try {
    const requester = await jobs.startRequester(await jobs.startAgent({ slots: SLOTS }));
    const dispatcher = new JobDispatcher({ requester, clock: systemClock, seed: 1 });
    const notebook = RoomId.create();
    const runAll = async (count: number): Promise<number> => {
      const since = performance.now();
      const runs = Array.from({ length: count }, () => dispatcher.submit(pauseFor(LENGTH), { notebook }).end);
      const wrong = (await Promise.all(runs)).find(({ status }) => status !== "executed");
      if (wrong !== undefined) throw new Error(`a job ended as ${JSON.stringify(wrong)}`);
      return performance.now() - since;
    };
    await runAll(WARM_UP);
    const before = heapInUse();
    const took = await runAll(MANY);
    const growth = heapInUse() - before;
    return {
      makespan_jobs: MANY,
      makespan_over_ideal: took / ((MANY * LENGTH) / SLOTS),
      requester_growth_mb: growth / 2 ** 20,
    };
  } finally {
    await jobs.stop();
  }
}

/** Bytes, after what nobody needs any more was collected. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  // reason: the flag puts this function into new contexts.
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
