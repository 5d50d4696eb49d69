import type { RunId } from "#shared/base/ids.ts";
import type { ValueCopy } from "#shared/contracts/kernel/copyQuestion.ts";
import {
  PROMPT_LIMIT,
  type KernelWorkerCopy,
  type KernelWorkerQuestion,
} from "#shared/contracts/kernel/kernelWorkerApi.ts";
import type { KernelSignals } from "#shared/contracts/kernel/kernelSignals.ts";
import { ALLOWED } from "#shared/ports/Kernel.ts";

/** True where WebAssembly can wait for a promise, so that a cell can wait while the worker's thread goes on. */
const canSuspend = "Suspending" in WebAssembly;

/** Asks the user of the page for lines of text: one question at a time, as a cell executes on one thread. */
export class AskPage {
  readonly #send: (question: KernelWorkerQuestion | KernelWorkerCopy) => void;
  readonly #signals: KernelSignals | undefined;
  /** The run that executes. */
  run: RunId | undefined;
  #settle: (text: string | undefined) => void = () => undefined;

  constructor(signals: KernelSignals | undefined, send: (question: KernelWorkerQuestion | KernelWorkerCopy) => void) {
    this.#signals = signals;
    this.#send = send;
  }

  /** Why nobody is asked, for people. */
  get whyNot(): string {
    if (this.#signals === undefined && !canSuspend) return "input() does not work in this browser: it cannot wait";
    return "input() was not answered";
  }

  /** Sleeps until the answer is here, or gives a promise of it. Undefined: there is none. */
  ask(prompt: string, secret: boolean): string | undefined | Promise<string | undefined> {
    const { run } = this;
    if (run === undefined) return undefined;
    const question = { type: "question", run, prompt: prompt.slice(0, PROMPT_LIMIT), secret } as const;
    if (this.#signals !== undefined) {
      this.#signals.ask();
      this.#send({ ...question, answer: "frame" });
      return this.#signals.waitForAnswer();
    }
    if (!canSuspend) return undefined;
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#send({ ...question, answer: "worker" });
    });
  }

  /** Whether a large value may be copied. The worker goes on meanwhile. */
  askCopy(run: RunId, copy: ValueCopy): Promise<boolean> {
    return new Promise((resolve) => {
      this.#settle = (answer) => resolve(answer === ALLOWED);
      this.#send({ type: "copy", run, ...copy });
    });
  }

  /** What the page answers to a question that was not asked by way of the frame. */
  answer(text: string | undefined): void {
    this.#settle(text);
  }
}
