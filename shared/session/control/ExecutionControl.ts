import type { CellId, PeerId, RunId } from "../../base/ids.ts";
import type { UnixMs } from "../../base/units.ts";
import type { Readable } from "../../base/value.ts";
import type { KernelIndex } from "../../execution/execution.ts";
import type { JobLease } from "../../jobs/jobLease.ts";
import type { AgentLabels } from "../../ports/agentLabels.ts";
import type { KernelWait } from "../../ports/Kernel.ts";
import type { KernelPlace } from "../../ports/KernelPlace.ts";
import type { QueueOffset } from "../../execution/reorder.ts";
import type { EndedEntry } from "./EndedRuns.ts";

/** One execution that runs or waits, of ours or of somebody else. */
export interface QueueEntry {
  readonly run: RunId;
  readonly cell: CellId;
  /** `stopping`: it was told to stop. */
  readonly state: "running" | "stopping" | "queued";
  /** "here" or the agent's name; of runs by others empty. */
  readonly where: string;
  /** Whose it is; empty for ours, which alone can be cancelled here. */
  readonly by: string;
  /** Where one of ours is that any agent may do. */
  readonly place?: KernelPlace | undefined;
  /** What that agent must say of itself. */
  readonly labels?: AgentLabels | undefined;
  /** What one of ours waits for, beside its own computing. */
  readonly waits?: KernelWait | undefined;
  readonly since: UnixMs | undefined;
  /** False: nobody asked for it, but one that was asked for needs it. */
  readonly asked: boolean;
  readonly canMoveUp: boolean;
  readonly canMoveDown: boolean;
}

/** A kernel of this computer. */
export interface KernelView {
  readonly index: KernelIndex;
  readonly state: "off" | "idle" | "busy";
  /** Cells whose values it holds. */
  readonly cells: number;
}

/** A kernel on an agent that holds what cells of this notebook left there. */
export interface AgentKernelView {
  readonly agent: PeerId;
  readonly name: string;
  readonly state: "idle" | "busy";
  /** Cells whose values it holds. */
  readonly cells: number;
}

/** What runs and waits, and what can be done about it. */
export interface ExecutionControl {
  /** Ours first, in the order in which they run. */
  readonly queue: Readable<readonly QueueEntry[]>;
  readonly kernels: Readable<readonly KernelView[]>;
  /** Of the agents that are here, one each. */
  readonly agentKernels: Readable<readonly AgentKernelView[]>;
  /** What of ours ended since the notebook was opened, the newest first; a few of them. */
  readonly ended: Readable<readonly EndedEntry[]>;
  /** How it stands at this instant with the agent that has a run; undefined for a run that no agent has. */
  lease(run: RunId): JobLease | undefined;
  /** Executes again what ended, at the place where it was to run. Does nothing for a run that is not in `ended`. */
  retry(run: RunId): void;
  /** Forgets what ended. */
  clearEnded(): void;
  /** Takes one execution of ours out of the queue, or stops it; with it those that cannot run without it. */
  cancel(run: RunId): void;
  /** Moves one that waits by one place, where nothing it reads, and nothing that reads from it, stands in the way. */
  move(run: RunId, offset: QueueOffset): void;
  /**
   * Has a run that any agent may do, and that has begun (`QueueEntry.place`), done by this agent, or by any. Nothing changes if
   * this agent would not take it.
   */
  moveTo(run: RunId, agent: PeerId | undefined): void;
  /**
   * Ends a kernel of this computer, or that on an agent, or all, with all values in it, and starts anew. A cell that runs in
   * it is stopped, those that wait stay. Values are made again when a cell needs them.
   */
  restart(kernel?: KernelIndex | PeerId): void;
}
