// How fast jobs are, from a requester through the embedded broker to a sandboxed slot and back, with everything on that a
// class has: seals, signatures, presence, leases, acknowledgements, outboxes. Beside them, in the same minutes and on the
// same cores, what others take for a job that does nothing.

import { measureFairness } from "./jobs/fairness.ts";
import { measureFromPage } from "./jobs/fromPage.ts";
import { measureMakespan } from "./jobs/makespan.ts";
import { NoOpBench, type NoOpFigures } from "./jobs/noOps.ts";
import { isInstalled, measurePeer } from "./peers/measurePeer.ts";
import { measureRecovery } from "./jobs/recovery.ts";
import { median } from "./median.ts";

const RUNS = 5;

type Figures = Readonly<Record<string, number | null | Readonly<Record<string, number | null>>>>;

/**
 * `single_…`, `page_ws_…`: one job that does nothing, from a process of Node over TCP and from a page over WebSocket;
 * `…_plain_http_…`: from a page that must sign in JavaScript.
 * `jobs_per_s`: 64 of them on their way at a time.
 * These are of a steady state, after 10,000 jobs, as `bullmq_jobs_per_s` is (`jobs/warmUp.ts`); Dask, in which nothing
 * compiles, has had 200. `…_first_500_p50_ms`: what the first jobs of processes and pages that are new take.
 * `makespan_over_ideal`: many of 20 ms on four slots.
 * `served_ratio`: most served to least served of thirty requesters, in the worst window of two seconds.
 * `…_restart_ms`: from the death, or the standstill, of an agent until its job runs elsewhere.
 */
export async function benchJobs(): Promise<Figures> {
  const peers = { bullmq: isInstalled("bullmq"), dask: isInstalled("dask") };
  const ours: NoOpFigures[] = [];
  const others = { bullmq: [] as number[], dask: [] as number[] };
  const bench = await NoOpBench.start();
  try {
    // One after another, in turns: what else this machine does then weighs on all alike.
    for (let n = 0; n < RUNS; n++) {
      ours.push(await bench.figures());
      if (peers.bullmq) others.bullmq.push((await measurePeer("bullmq")).jobs_per_s);
      if (peers.dask) others.dask.push((await measurePeer("dask")).jobs_per_s);
    }
  } finally {
    await bench.stop();
  }
  const middle = (key: keyof NoOpFigures): number => median(ours.map((figures) => figures[key]));
  return {
    single_p50_ms: middle("single_p50_ms"),
    single_p99_ms: middle("single_p99_ms"),
    single_first_500_p50_ms: bench.firstP50,
    jobs_per_s: middle("jobs_per_s"),
    peers: {
      bullmq_jobs_per_s: peers.bullmq ? median(others.bullmq) : null,
      dask_jobs_per_s: peers.dask ? median(others.dask) : null,
    },
    ...(await measureFromPage()),
    ...(await measureMakespan()),
    served_ratio: await measureFairness(),
    killed_restart_ms: await measureRecovery("SIGKILL"),
    frozen_restart_ms: await measureRecovery("SIGSTOP"),
  };
}

/** The name under which `run.mjs` finds every bench. */
export { benchJobs as measure };
