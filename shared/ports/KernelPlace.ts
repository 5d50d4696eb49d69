import type { PeerId } from "../base/ids.ts";
import type { Milliseconds } from "../base/units.ts";
import type { AgentLabels } from "./agentLabels.ts";

/** Why an execution that any agent may do waits. */
export type WaitReason =
  | { readonly why: "offline" }
  | { readonly why: "no-agents" }
  /** No agent of `agents` runs `language`. */
  | { readonly why: "nobody-fits"; readonly language: string; readonly agents: number }
  /** None of `agents` has these labels and could run it. */
  | { readonly why: "no-label"; readonly labels: AgentLabels; readonly agents: number }
  /** Those that could run it, `agents`, take no jobs of this device. */
  | { readonly why: "not-allowed"; readonly agents: number }
  | { readonly why: "agent-absent" }
  | { readonly why: "all-busy"; readonly fitting: number }
  /** Until then; after a loss, `loss` says which. */
  | { readonly why: "pause"; readonly until: Milliseconds; readonly loss: string };

/** Where an execution is that may move between agents. */
export interface KernelPlace {
  /** `asked`: the agent has not answered. `queued`: it waits there. `parked`: it is not tried again by itself. */
  readonly state: "waiting" | "asked" | "queued" | "running" | "parked";
  readonly agent: PeerId | undefined;
  /** The agent's name; empty while it has none. */
  readonly name: string;
  /** 1, and one more for each attempt that was lost. What an earlier one printed does not count. */
  readonly attempt: number;
  /** How often it was given to an agent; more than `attempt` where it was moved. Each time it starts again. */
  readonly given: number;
  readonly reason: WaitReason | undefined;
  /** How the last attempt was lost, or why it is parked; empty if none was. */
  readonly loss: string;
}
