import type { Remote } from "comlink";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { RunId } from "#shared/base/ids.ts";
import { parseClusterQuestion } from "#shared/contracts/kernel/clusterCalls.ts";
import type { ClusterAnswer, ClusterRequest } from "#shared/ports/ClusterTask.ts";
import type { KernelWorkerApi } from "#shared/contracts/kernel/kernelWorkerApi.ts";

interface Call {
  readonly run: RunId;
  readonly request: ClusterRequest;
  readonly answer: (answer: ClusterAnswer) => void;
}

/** What the worker of one kernel asks of other computers. */
export class KernelClusterCalls {
  readonly #api: Pick<Remote<KernelWorkerApi>, "answerCluster">;
  readonly #calls = new Emitter<Call>();

  constructor(api: Pick<Remote<KernelWorkerApi>, "answerCluster">) {
    this.#api = api;
  }

  /** Takes a message of the worker. Only the run that executes is listened to. */
  receive(message: Readonly<Record<string, unknown>>, running: RunId | undefined): void {
    const question = parseClusterQuestion(message);
    if (question === undefined || running === undefined || message["run"] !== running) return;
    const { call, request } = question;
    const answer = (given: ClusterAnswer): void =>
      // A worker that is gone needs no answer.
      void Promise.resolve(this.#api.answerCluster(call, given)).catch(() => undefined);
    this.#calls.emit({ run: running, request, answer });
  }

  subscribe(listener: (run: RunId, request: ClusterRequest, answer: Call["answer"]) => void): Dispose {
    return this.#calls.subscribe(({ run, request, answer }) => listener(run, request, answer));
  }
}
