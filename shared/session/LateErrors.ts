import { Emitter } from "../base/emitter.ts";
import type { Dispose } from "../base/dispose.ts";
import type { PeerId, RunId } from "../base/ids.ts";
import type { LateMessage } from "../jobs/jobMessage.ts";
import { decodeItem } from "../jobs/outputLog.ts";
import type { LateOutput } from "./KernelPool.ts";

/** Jobs whose agents are remembered. */
const JOBS = 500;

/** Errors that jobs made after they had ended, as the agents tell that they were given to. */
export class LateErrors {
  readonly #agents = new Map<RunId, PeerId>();
  readonly #errors = new Emitter<LateOutput>();

  /** The job is this agent's from now on. */
  given(run: RunId, agent: PeerId): void {
    this.#agents.delete(run);
    this.#agents.set(run, agent);
    const [oldest] = this.#agents.keys();
    if (this.#agents.size > JOBS && oldest !== undefined) this.#agents.delete(oldest);
  }

  /** Of other agents, and what is no error, it hears nothing. */
  hear(from: PeerId, { job: run, data }: LateMessage): void {
    if (this.#agents.get(run) !== from) return;
    for (const output of decodeItem(data)) if (output.output_type === "error") this.#errors.emit({ run, output });
  }

  subscribe(listener: (late: LateOutput) => void): Dispose {
    return this.#errors.subscribe(listener);
  }
}
