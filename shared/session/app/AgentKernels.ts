import type { Dispose } from "../../base/dispose.ts";
import type { PeerId, RoomId, RunId } from "../../base/ids.ts";
import type { JobLease } from "../../jobs/jobLease.ts";
import type { Clock } from "../../ports/Clock.ts";
import { labelsInWords, type AgentLabels } from "../../ports/agentLabels.ts";
import type { Kernel } from "../../ports/Kernel.ts";
import type { ClusterPlace } from "../cluster/ClusterTasks.ts";
import { EverybodyKernel } from "../everybody/EverybodyKernel.ts";
import type { KernelsOnAgents } from "../control/AgentRestarts.ts";
import type { AgentKernel, ExecutionRunnerOptions } from "../execution/ExecutionRunnerOptions.ts";
import { cellsHeld } from "../kept/keepProgram.ts";
import { wayTo, type WaySources } from "../outbox/placeWay.ts";
import type { KernelPool } from "../KernelPool.ts";
import type { AgentView } from "../views.ts";
import type { ClassJobs } from "./ClassJobs.ts";

const NOTHING: Dispose = () => {};

/** One notebook's kernels on agents: one for each agent, made when first needed and again when it was lost. */
export class AgentKernels implements KernelsOnAgents {
  readonly #clock: Clock;
  readonly #notebook: RoomId;
  readonly #sources: WaySources;
  readonly #kernels = new Map<PeerId, { readonly kernel: Kernel; readonly jobs: ClassJobs }>();
  /** By the labels they ask for. */
  readonly #any = new Map<string, { readonly kernel: Kernel; readonly jobs: ClassJobs }>();

  #stopLate: Dispose = NOTHING;
  #stopFollowing: Dispose = NOTHING;

  constructor(notebook: RoomId, sources: WaySources, clock: Clock) {
    this.#clock = clock;
    this.#notebook = notebook;
    this.#sources = sources;
  }

  #jobs(): ClassJobs | undefined {
    return this.#sources.jobs.get();
  }

  /** The kernel on an agent that is there now, and the agent's name. */
  readonly #of = (agent: PeerId): AgentKernel | undefined => {
    const jobs = this.#jobs();
    const view = jobs?.agents.get().find(({ peer }) => peer === agent);
    if (jobs === undefined || view === undefined) return undefined;
    const known = this.#kernels.get(agent);
    const facts = { name: view.name, versions: view.versions };
    if (known?.jobs === jobs && known.kernel.lost !== true) return { kernel: known.kernel, ...facts };
    known?.kernel.close();
    const kernel = jobs.kernel(agent, this.#notebook);
    this.#kernels.set(agent, { kernel, jobs });
    return { kernel, ...facts };
  };

  /** Stands for all of them that have the labels. */
  readonly #anyOfThem = (labels: AgentLabels): Kernel | undefined => {
    const jobs = this.#jobs();
    if (jobs === undefined) return undefined;
    const name = labelsInWords(labels);
    const known = this.#any.get(name);
    if (known?.jobs === jobs) return known.kernel;
    const kernel = jobs.anyKernel(this.#notebook, labels);
    this.#any.set(name, { kernel, jobs });
    return kernel;
  };

  /** Where runs execute: on the kernel of one agent, on any or on all, or with work on all, on kernels that whoever asks for them closes. */
  get forRuns(): Pick<
    ExecutionRunnerOptions,
    "kernelFor" | "onAgents" | "anyKernel" | "everybody" | "lease" | "wayTo"
  > & {
    readonly cluster: ClusterPlace;
  } {
    const agents = (): readonly AgentView[] =>
      (this.#jobs()?.agents.get() ?? []).filter(({ draining }) => draining !== true);
    const kernel = (agent: PeerId): Kernel | undefined => this.#jobs()?.kernel(agent, this.#notebook);
    const cluster = { agents, kernel };
    const everybody = (): Kernel | undefined => this.#jobs() && new EverybodyKernel(cluster, this.#clock);
    const lease = (run: RunId): JobLease | undefined => this.#jobs()?.requester.lease(run);
    const way: ExecutionRunnerOptions["wayTo"] = (place, asked) => wayTo(place, this.#sources, asked);
    return { kernelFor: this.#of, onAgents: this, anyKernel: this.#anyOfThem, everybody, cluster, lease, wayTo: way };
  }

  /** Tells, beside what `kernels` make late, the errors that cells on agents make after they have ended, until it is closed. */
  withLate(kernels: KernelPool): KernelPool {
    const follow = (): void => {
      this.#stopLate();
      this.#stopLate = this.#jobs()?.requester.late.subscribe((late) => kernels.late.emit(late)) ?? NOTHING;
    };
    follow();
    this.#stopFollowing = this.#sources.jobs.subscribe(follow);
    return kernels;
  }

  list(): ReturnType<KernelsOnAgents["list"]> {
    const agents = this.#jobs()?.agents.get() ?? [];
    return agents.flatMap(({ peer, name }) => {
      const kernel = this.#kernels.get(peer)?.kernel;
      const cells = kernel === undefined || kernel.lost === true ? 0 : cellsHeld(kernel);
      return cells === 0 ? [] : [{ agent: peer, name, cells }];
    });
  }

  end(agent: PeerId): void {
    this.#kernels.get(agent)?.kernel.close();
    this.#kernels.delete(agent);
  }

  close(): void {
    this.#stopFollowing();
    this.#stopLate();
    for (const { kernel } of this.#any.values()) kernel.close();
    for (const { kernel } of this.#kernels.values()) kernel.close();
    this.#kernels.clear();
  }
}
