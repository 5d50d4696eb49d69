import { disposeAll, type Dispose } from "../../base/dispose.ts";
import type { CellId, PeerId, RunId } from "../../base/ids.ts";
import { Derived } from "../../base/derived.ts";
import type { UnixMs } from "../../base/units.ts";
import type { Readable } from "../../base/value.ts";
import type { RunningPeer } from "../../execution/cellState.ts";
import type { ExecutionPlace, KernelIndex } from "../../execution/execution.ts";
import type { ExecutionEvent, ExecutionState } from "../../execution/executionMachine.ts";
import type { QueueOffset } from "../../execution/reorder.ts";
import type { JobLease } from "../../jobs/jobLease.ts";
import type { LiveRun } from "../execution/LiveRun.ts";
import { cellsHeld } from "../kept/keepProgram.ts";
import type { KernelPool } from "../KernelPool.ts";
import { EndedRuns } from "./EndedRuns.ts";
import { AgentRestarts, type KernelsOnAgents } from "./AgentRestarts.ts";
import type { AgentKernelView, ExecutionControl, KernelView, QueueEntry } from "./ExecutionControl.ts";
import { queueEntries } from "./queueEntries.ts";

export interface RunnerControlOptions {
  readonly kernels: KernelPool;
  readonly onAgents: KernelsOnAgents | undefined;
  readonly others: Readable<readonly RunningPeer[]>;
  readonly state: () => ExecutionState;
  readonly live: (run: RunId) => LiveRun | undefined;
  readonly placeName: (place: ExecutionPlace) => string;
  /** Has the machine decide what follows. */
  readonly step: (event: ExecutionEvent) => void;
  readonly execute: (cells: readonly CellId[], place: ExecutionPlace) => void;
  readonly lease: ((run: RunId) => JobLease | undefined) | undefined;
}

/** The queue of a runner, and its kernels, as the interface shows and steers them. */
export class RunnerControl implements ExecutionControl {
  readonly queue: Derived<readonly QueueEntry[]>;
  readonly kernels: Derived<readonly KernelView[]>;
  readonly agentKernels: Derived<readonly AgentKernelView[]>;
  readonly #agents: AgentRestarts;
  readonly #options: RunnerControlOptions;
  readonly #disposes: Dispose[];
  readonly #ended = new EndedRuns();
  /** Kernels to be replaced when the run in them has ended. */
  readonly #restarting = new Set<KernelIndex>();

  constructor(options: RunnerControlOptions) {
    this.#options = options;
    const { kernels, others, live, placeName } = options;
    this.queue = new Derived(() => {
      const { executions } = options.state();
      return queueEntries({ executions, others: others.get(), live, placeName });
    });
    this.kernels = new Derived(() => kernelViews(kernels, options.state()));
    this.#agents = new AgentRestarts(options);
    this.agentKernels = new Derived(() => this.#agents.views());
    this.#disposes = [
      others.subscribe(() => this.queue.changed()),
      kernels.changed.subscribe(() => this.kernels.changed()),
    ];
  }

  /** What runs, waits or is held is another now. */
  changed(): void {
    this.queue.changed();
    this.kernels.changed();
    this.agentKernels.changed();
  }

  cancel(run: RunId): void {
    this.#options.step({ type: "run-stop-requested", run });
  }

  move(run: RunId, offset: QueueOffset): void {
    this.#options.step({ type: "reordered", run, offset });
  }

  moveTo(run: RunId, agent: PeerId | undefined): void {
    this.#options.live(run)?.move(agent);
  }

  readonly ended = this.#ended.view;

  lease(run: RunId): JobLease | undefined {
    return this.#options.lease?.(run);
  }

  retry(run: RunId): void {
    const taken = this.#ended.take(run);
    if (taken !== undefined) this.#options.execute([taken.cell], taken.place);
  }

  clearEnded(): void {
    this.#ended.clear();
  }

  /** A run has ended, and its record is as it stays. */
  note(live: LiveRun, at: UnixMs): void {
    this.#ended.add(live, at);
    this.#agents.ended();
    this.agentKernels.changed();
  }

  restart(kernel?: KernelIndex | PeerId): void {
    if (typeof kernel !== "number") this.#agents.restart(kernel);
    if (typeof kernel !== "string") this.#restartHere(kernel);
    this.changed();
  }

  #restartHere(kernel: KernelIndex | undefined): void {
    const { kernels } = this.#options;
    for (let index = 0; index < kernels.size; index++)
      if (kernel === undefined || kernel === index) this.#restart(index);
  }

  /** True if the kernel is to be replaced now that its run has ended. */
  takeRestart(kernel: KernelIndex | undefined): boolean {
    return kernel !== undefined && this.#restarting.delete(kernel);
  }

  dispose(): void {
    disposeAll(this.#disposes);
  }

  #restart(kernel: KernelIndex): void {
    const { kernels, step } = this.#options;
    const running = this.#options.state().executions.find((one) => one.state === "running" && one.kernel === kernel);
    if (running !== undefined) {
      this.#restarting.add(kernel);
      step({ type: "run-stop-requested", run: running.run });
    } else if (kernels.at(kernel) !== undefined) {
      kernels.replace(kernel);
      step({ type: "kernel-lost", kernel });
    }
  }
}

function kernelViews(pool: KernelPool, { executions }: ExecutionState): readonly KernelView[] {
  const busy = new Set(executions.map((one) => (one.state === "running" ? one.kernel : undefined)));
  return Array.from({ length: pool.size }, (_, index): KernelView => {
    const kernel = pool.at(index);
    const state = busy.has(index) ? "busy" : kernel === undefined ? "off" : "idle";
    return { index, state, cells: kernel === undefined ? 0 : cellsHeld(kernel) };
  });
}
