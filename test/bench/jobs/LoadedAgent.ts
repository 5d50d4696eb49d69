import { CellId, KernelId, RoomId, RunId } from "#shared/base/ids.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import type { AgentChild } from "../../support/jobs/JobClass.ts";

const cell = CellId.create();

/** A cell that takes so many milliseconds without computing; 0: one that does nothing. */
export function pauseFor(length: number): KernelRequest {
  const code = length === 0 ? "" : `return new Promise((done) => setTimeout(done, ${length}));`;
  return {
    run: RunId.create(),
    program: { cell, language: "javascript", code, inputs: {}, defines: [] },
    before: [],
  };
}

/** One kernel on an agent, of one requester, that is given jobs one after another or several at a time. */
export class LoadedAgent {
  readonly #requester: JobRequester;
  readonly #agent: AgentChild;
  readonly #options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };

  constructor(requester: JobRequester, agent: AgentChild) {
    this.#requester = requester;
    this.#agent = agent;
  }

  /** Runs one job; gives milliseconds. */
  async run(length = 0): Promise<number> {
    const since = performance.now();
    const { end } = this.#requester.submit(this.#agent.peer, pauseFor(length), this.#options);
    const how = await end;
    if (how.status !== "executed" || how.end.status !== "ok") throw new Error(`a job ended as ${JSON.stringify(how)}`);
    return performance.now() - since;
  }

  /** Gives up the kernel. */
  release(): void {
    this.#requester.release(this.#agent.peer, this.#options.kernel);
  }
}
