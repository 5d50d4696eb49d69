import type { Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { RunId } from "../../base/ids.ts";
import type { KernelWait } from "../../ports/Kernel.ts";
import type { SubmittedJob } from "../JobRequester.ts";

/**
 * What runs on agents wait for: the connection, and what they ask a person at this computer. Where nobody listens nobody can
 * answer, and they are told so.
 */
export class RemoteQuestions {
  readonly #waits = new Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>();
  readonly #asking = new Map<RunId, { readonly job: Pick<SubmittedJob, "answer">; readonly wait: KernelWait }>();

  subscribe(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#waits.subscribe(({ run, wait }) => listener(run, wait));
  }

  /** Hands on what a job asks until the returned function is called. In the turn in which it was submitted. */
  follow(run: RunId, job: Pick<SubmittedJob, "onQuestion" | "answer">): Dispose {
    const stop = job.onQuestion((question) => {
      if (question !== undefined && this.#waits.size === 0) {
        job.answer(undefined);
        return;
      }
      const wait = question && ({ on: "input", prompt: question.prompt, secret: question.secret } as const);
      if (wait === undefined) this.#asking.delete(run);
      else this.#asking.set(run, { job, wait });
      this.#waits.emit({ run, wait });
    });
    return () => {
      this.#asking.delete(run);
      stop();
    };
  }

  /** While we hear nothing of the agent, nobody is told that it runs there; then it asks what it asked before. */
  setOnline(run: RunId, online: boolean): void {
    this.#waits.emit({ run, wait: online ? this.#asking.get(run)?.wait : { on: "connection" } });
  }

  answer(run: RunId, text: string): void {
    const asking = this.#asking.get(run);
    if (asking === undefined) return;
    this.#asking.delete(run);
    asking.job.answer(text);
    this.#waits.emit({ run, wait: undefined });
  }
}
