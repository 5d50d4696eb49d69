import type { CellId, ContentHash, PeerId, RunId } from "../base/ids.ts";
import { labelsInWords, type AgentLabels } from "../ports/agentLabels.ts";

/** Where an execution runs: in a kernel of this process, on an agent, on whichever agent fits, or once on every one. */
export type ExecutionPlace =
  | { readonly at: "here" }
  | { readonly at: "agent"; readonly agent: PeerId }
  /** `labels`: what that agent must say of itself. */
  | { readonly at: "any"; readonly labels?: AgentLabels }
  | { readonly at: "everybody" };

/** A kernel of this process by its place in the pool. */
export type KernelIndex = number;

/** One execution that waits or runs. */
export interface Execution {
  readonly run: RunId;
  readonly cell: CellId;
  /** Executions that were asked for together. If one of them fails, the rest is not begun. */
  readonly request: number;
  readonly place: ExecutionPlace;
  /** What is executed, to tell whether asking again asks for anything new. */
  readonly sourceHash: ContentHash;
  /** False: only executed because another needs it. */
  readonly asked: boolean;
  /** True: it is executed even where its result is kept. */
  readonly anew?: true;
  /** Cells it reads from directly. */
  readonly needs: readonly CellId[];
  /** All cells of its connected component, itself included. */
  readonly component: ReadonlySet<CellId>;
}

export type ActiveExecution = Execution &
  (
    | { readonly state: "queued" }
    /** `kernel`: of this process; undefined on an agent. `stopping`: it was told to stop. */
    | { readonly state: "running"; readonly kernel: KernelIndex | undefined; readonly stopping: boolean }
  );

/** Places where nothing is kept of what was executed there before. */
export const keepsNothing = ({ at }: ExecutionPlace): boolean => at === "any" || at === "everybody";

export function samePlace(one: ExecutionPlace, other: ExecutionPlace): boolean {
  if (one.at === "agent") return other.at === "agent" && one.agent === other.agent;
  if (one.at !== "any") return other.at === one.at;
  return other.at === "any" && labelsInWords(one.labels ?? {}) === labelsInWords(other.labels ?? {});
}
