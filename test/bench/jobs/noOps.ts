// Jobs that do nothing: what remains is what running elsewhere costs. Measured in the steady state of a class that works:
// the engines have compiled what jobs go through. What the first jobs take is a figure of its own.

import { JobClass } from "../../support/jobs/JobClass.ts";
import { quantile } from "./quantile.ts";
import { LoadedAgent } from "./LoadedAgent.ts";
import { IN_FLIGHT, inLanes, WARM_UP } from "./warmUp.ts";

/** The first ones, of which each is waited for. */
const FIRST = 500;
const SINGLE = 500;
/** Jobs of a throughput run. */
const MANY = 4_000;
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
  /** Milliseconds of the middle one of the first jobs of new processes, each of whose slots had started. */
  readonly firstP50: number;

  static async start(): Promise<NoOpBench> {
    const jobs = await JobClass.start();
    const agent = await jobs.startAgent({ slots: SLOTS });
    const requester = await jobs.startRequester(agent);
    const kernels = Array.from({ length: SLOTS }, () => new LoadedAgent(requester, agent));
    for (const kernel of kernels) await kernel.run();
    const first: number[] = [];
    for (let n = 0; n < FIRST; n++) first.push(await kernels[n % SLOTS]!.run());
    const bench = new NoOpBench(jobs, kernels, quantile(first, 0.5));
    await bench.#runMany(WARM_UP);
    return bench;
  }

  private constructor(jobs: JobClass, kernels: readonly LoadedAgent[], firstP50: number) {
    this.#jobs = jobs;
    this.#kernels = kernels;
    this.firstP50 = firstP50;
  }

  async figures(): Promise<NoOpFigures> {
    const times: number[] = [];
    for (let n = 0; n < SINGLE; n++) times.push(await this.#kernel(0).run());
    const since = performance.now();
    await this.#runMany(MANY);
    const jobs_per_s = MANY / ((performance.now() - since) / 1_000);
    return { single_p50_ms: quantile(times, 0.5), single_p99_ms: quantile(times, 0.99), jobs_per_s };
  }

  stop(): Promise<void> {
    return this.#jobs.stop();
  }

  #runMany(count: number): Promise<void> {
    return inLanes(count, IN_FLIGHT, (lane) => this.#kernel(lane).run());
  }

  #kernel(n: number): LoadedAgent {
    const kernel = this.#kernels[n % SLOTS];
    if (kernel === undefined) throw new Error("there is no such kernel");
    return kernel;
  }
}
