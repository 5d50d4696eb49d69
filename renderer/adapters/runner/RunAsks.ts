import type { ValueCopy } from "#shared/contracts/kernel/copyQuestion.ts";
import type { KernelWorkerQuestion } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { ALLOWED, type KernelWait } from "#shared/ports/Kernel.ts";

export interface RunAskTools {
  /** What large values may be copied, for all kernels of the notebook. */
  readonly copies: Set<string>;
  /** Tells what the run waits for; undefined: nothing any more. */
  readonly tell: (wait: KernelWait | undefined) => void;
  /** Answers whoever asked; undefined refuses. */
  readonly reply: (to: KernelWorkerQuestion["answer"], text: string | undefined) => void;
}

/** What one run asks the user: a line of text, leave to make a large copy, leave to load code. */
export class RunAsks {
  readonly #tools: RunAskTools;
  /** Whom the answer to the question that is open goes to. */
  #question: KernelWorkerQuestion["answer"] | undefined;
  /** The copy it waits for leave to make. */
  #copy: ValueCopy | undefined;
  #permit: ((allowed: boolean) => void) | undefined;

  constructor(tools: RunAskTools) {
    this.#tools = tools;
  }

  /** It waits for leave to make a copy. */
  get copies(): boolean {
    return this.#copy !== undefined;
  }

  line({ prompt, secret, answer }: Pick<KernelWorkerQuestion, "prompt" | "secret" | "answer">): void {
    this.#question = answer;
    this.#tools.tell({ on: "input", prompt, secret });
  }

  /** Leave to make a copy, which is given once for each. */
  copy(copy: ValueCopy): void {
    const { copies, reply, tell } = this.#tools;
    if (copies.has(copyKey(copy))) {
      reply("worker", ALLOWED);
      return;
    }
    this.#copy = copy;
    const { name, size, to } = copy;
    tell({ on: "copy", name, size, to });
  }

  /** Leave to load code from an origin. False also when the run ends before. */
  async load(origin: string): Promise<boolean> {
    this.#tools.tell({ on: "permission", origin });
    const allowed = await new Promise<boolean>((resolve) => (this.#permit = resolve));
    this.#permit = undefined;
    return allowed;
  }

  /** The user's answer to what is asked. */
  answer(text: string): void {
    this.#permit?.(text === ALLOWED);
    this.#answerCopy(text === ALLOWED);
    if (this.#question === undefined) return;
    this.#tools.reply(this.#question, text);
    this.#question = undefined;
    this.#tools.tell(undefined);
  }

  /** The run is to stop: a worker that sleeps until it is answered would not hear of it. */
  refuse(): void {
    if (this.#question === "worker") this.#tools.reply("worker", undefined);
    this.#answerCopy(false);
  }

  /** The run has ended. */
  end(): void {
    this.#permit?.(false);
    if (this.#question !== undefined || this.#copy !== undefined) this.#tools.tell(undefined);
  }

  #answerCopy(allowed: boolean): void {
    const copy = this.#copy;
    if (copy === undefined) return;
    this.#copy = undefined;
    if (allowed) this.#tools.copies.add(copyKey(copy));
    this.#tools.reply("worker", allowed ? ALLOWED : undefined);
    this.#tools.tell(undefined);
  }
}

const copyKey = ({ cell, name, to }: ValueCopy): string => `${cell} ${to} ${name}`;
