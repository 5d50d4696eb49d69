import type { RunId } from "#shared/base/ids.ts";
import type { ClusterQuestion } from "#shared/contracts/kernel/clusterCalls.ts";
import type { ClusterAnswer, ClusterRequest } from "#shared/ports/ClusterTask.ts";

/** Asks the page for work on other computers; several questions may be open. */
export class AskCluster {
  readonly #send: (question: ClusterQuestion) => void;
  readonly #open = new Map<number, (answer: ClusterAnswer) => void>();
  #calls = 0;

  constructor(send: (question: ClusterQuestion) => void) {
    this.#send = send;
  }

  ask(run: RunId, request: ClusterRequest): Promise<ClusterAnswer> {
    const call = this.#calls++;
    return new Promise((resolve) => {
      this.#open.set(call, resolve);
      this.#send({ type: "cluster", run, call, request });
    });
  }

  answer(call: number, answer: ClusterAnswer): void {
    this.#open.get(call)?.(answer);
    this.#open.delete(call);
  }
}
