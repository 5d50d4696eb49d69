import type * as Y from "yjs";
import type { CellId, PeerId, RunId } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import type { FlowReader } from "../../dataflow/FlowReader.ts";
import type { ExecutionPlace } from "../../execution/execution.ts";
import type { RunningPeer } from "../../execution/cellState.ts";
import type { JobLease } from "../../jobs/jobLease.ts";
import type { AgentLabels, Labelled } from "../../ports/agentLabels.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Kernel } from "../../ports/Kernel.ts";
import type { ClusterPlace } from "../cluster/ClusterTasks.ts";
import type { KernelsOnAgents } from "../control/AgentRestarts.ts";
import type { NotebookControls } from "../controls/NotebookControls.ts";
import type { KeptResults } from "../kept/KeptResults.ts";
import type { AskedRuns } from "../outbox/AskedRuns.ts";
import type { AskedBefore, PlaceWay } from "../outbox/placeWay.ts";
import type { KernelPool } from "../KernelPool.ts";
import type { OutputSigner } from "./OutputSigner.ts";
import type { CellRun } from "./RunningAnnouncer.ts";

/** A kernel of an agent, the agent's name, and the versions of what it runs as far as it says them. */
export interface AgentKernel extends Pick<Labelled, "versions"> {
  readonly kernel: Kernel;
  readonly name: string;
}

export interface ExecutionRunnerOptions {
  readonly doc: Y.Doc;
  readonly kernels: KernelPool;
  /** The kernel of an agent, always the same while it lives; undefined if the agent is not there. */
  readonly kernelFor: (agent: PeerId) => AgentKernel | undefined;
  /** Those of them that hold values, to be shown and ended. */
  readonly onAgents?: KernelsOnAgents;
  /** Stands for whichever agent fits; undefined outside a class. */
  readonly anyKernel?: (labels: AgentLabels) => Kernel | undefined;
  /** Stands for all agents that are there, each of which executes; undefined outside a class. */
  readonly everybody?: () => Kernel | undefined;
  /** How it stands with the agent that has a run. */
  readonly lease?: (run: RunId) => JobLease | undefined;
  /** Where a run may have work done on other computers. */
  readonly cluster?: ClusterPlace;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly peer: PeerId;
  readonly name: () => string;
  /** Other peers with what they show as running. */
  readonly others: Readable<readonly RunningPeer[]>;
  /** Shows in presence what we run or wait for. */
  readonly showRunning: (running: readonly CellRun[]) => void;
  /** What reads the cells, for those who have it at hand; else it is loaded when first needed. */
  readonly reader?: FlowReader;
  /** Where the notebook's controls stand; else its own, which knows the shared ones. */
  readonly controls?: NotebookControls;
  /** Results that the notebook keeps; undefined: every cell is executed. */
  readonly kept?: KeptResults;
  /** Signs what this device's runs give, where that matters. */
  readonly outputSigner?: OutputSigner;
  /** What is asked of other computers, beyond the life of this page. */
  readonly asked?: AskedRuns;
  /** What lies between here and a place, if that takes waiting. */
  readonly wayTo?: (place: ExecutionPlace, asked: AskedBefore) => PlaceWay | undefined;
  /** Cells that will not run because another failed: to be told to the user. */
  readonly onSkipped?: (cells: readonly CellId[], failed: CellId) => void;
}
