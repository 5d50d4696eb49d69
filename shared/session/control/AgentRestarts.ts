import type { PeerId, RunId } from "../../base/ids.ts";
import type { ActiveExecution } from "../../execution/execution.ts";
import type { ExecutionEvent, ExecutionState } from "../../execution/executionMachine.ts";
import type { AgentKernelView } from "./ExecutionControl.ts";

/** A notebook's kernels on agents, one on each. */
export interface KernelsOnAgents {
  /** Of agents that are here, those that hold values. `cells`: whose values. */
  list(): readonly { readonly agent: PeerId; readonly name: string; readonly cells: number }[];
  /** Ends one, with all values in it; the next execution on that agent begins another. */
  end(agent: PeerId): void;
}

export interface AgentRestartsOptions {
  /** Undefined outside a class. */
  readonly onAgents: KernelsOnAgents | undefined;
  readonly state: () => ExecutionState;
  readonly step: (event: ExecutionEvent) => void;
}

/** Ends kernels on agents: at once where nothing runs, else when what runs there was stopped. */
export class AgentRestarts {
  readonly #options: AgentRestartsOptions;
  /** Agents whose kernel ends with this run. */
  readonly #waiting = new Map<PeerId, RunId>();

  constructor(options: AgentRestartsOptions) {
    this.#options = options;
  }

  views(): readonly AgentKernelView[] {
    const kernels = this.#options.onAgents?.list() ?? [];
    return kernels.map((kernel) => ({ ...kernel, state: this.#running(kernel.agent) ? "busy" : "idle" }));
  }

  /** `only`: undefined for all. */
  restart(only: PeerId | undefined): void {
    const { onAgents, step } = this.#options;
    for (const { agent } of onAgents?.list() ?? []) {
      if (only !== undefined && only !== agent) continue;
      const running = this.#running(agent);
      if (running === undefined) onAgents?.end(agent);
      else {
        this.#waiting.set(agent, running.run);
        step({ type: "run-stop-requested", run: running.run });
      }
    }
  }

  /** A run has ended. */
  ended(): void {
    for (const [agent, run] of this.#waiting) {
      if (this.#options.state().executions.some((one) => one.run === run)) continue;
      this.#waiting.delete(agent);
      this.#options.onAgents?.end(agent);
    }
  }

  #running(agent: PeerId): ActiveExecution | undefined {
    const { executions } = this.#options.state();
    return executions.find(({ state, place }) => state === "running" && place.at === "agent" && place.agent === agent);
  }
}
