// Jobs that do nothing: what remains is what running elsewhere costs.

import type { JobRequester } from "#shared/session/JobRequester.ts";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { quantile } from "./quantile.ts";
import { LoadedAgent } from "./LoadedAgent.ts";

const WARM_UP = 500;
const SINGLE = 500;
/** Jobs of a throughput run, and how many of them are on their way at a time. */
const MANY = 4_000;
const IN_FLIGHT = 64;
/** One slot and kernel for each of them. */
const SLOTS = 2;

export interface NoOpFigures {
  readonly single_p50_ms: number;
  readonly single_p99_ms: number;
  readonly jobs_per_s: number;
}

/** A class with an agent, for several runs; `figures` measures once. */
export class NoOpBench {
  readonly #jobs: JobClass;
  readonly #kernels: readonly LoadedAgent[];

  static async start(): Promise<NoOpBench> {
    const jobs = await JobClass.start();
    const agent = await jobs.startAgent({ slots: SLOTS });
    const bench = new NoOpBench(jobs, await jobs.startRequester(agent), agent);
    for (let n = 0; n < WARM_UP; n++) await bench.#kernel(n).run();
    return bench;
  }

  private constructor(jobs: JobClass, requester: JobRequester, agent: AgentChild) {
    this.#jobs = jobs;
    this.#kernels = Array.from({ length: SLOTS }, () => new LoadedAgent(requester, agent));
  }

  async figures(): Promise<NoOpFigures> {
    const times: number[] = [];
    for (let n = 0; n < SINGLE; n++) times.push(await this.#kernel(0).run());
    let left = MANY;
    const since = performance.now();
    const lane = async (_: unknown, n: number): Promise<void> => {
      while (left-- > 0) await this.#kernel(n).run();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    const jobs_per_s = MANY / ((performance.now() - since) / 1_000);
    return { single_p50_ms: quantile(times, 0.5), single_p99_ms: quantile(times, 0.99), jobs_per_s };
  }

  stop(): Promise<void> {
    return this.#jobs.stop();
  }

  #kernel(n: number): LoadedAgent {
    const kernel = this.#kernels[n % SLOTS];
    if (kernel === undefined) throw new Error("there is no such kernel");
    return kernel;
  }
}
