// What every measurement of speed does first, ours and those of others on an engine that compiles while it runs
// (`peers/bullmq.mjs`): so many jobs, before anything counts. New processes take about twice the time for each.

/** Jobs on their way at a time. */
export const IN_FLIGHT = 64;
/** Engines have compiled nearly everything by then: the figures of later runs differ no more than those of one. */
export const WARM_UP = 10_000;

/** Runs `count` jobs, in so many lanes: each begins one when its last has ended. `run` is told its lane. */
export async function inLanes(count: number, lanes: number, run: (lane: number) => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async (_: unknown, n: number): Promise<void> => {
    while (left-- > 0) await run(n);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
