import type { Remote } from "comlink";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { KernelWorkerApi } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { parseValueAnswer, PATHS_LIMIT } from "#shared/contracts/kernel/valueQuestion.ts";
import type { ValueFacts, ValueQuestion } from "#shared/ports/Kernel.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** An answer that takes longer is of no use to somebody who types. */
const ANSWER_TIME: Milliseconds = ms(1_000);

type Answer = readonly (ValueFacts | undefined)[] | undefined;

/** Asks one worker about values: one question at a time, of which the next waits for no longer than `ANSWER_TIME`. */
export class KernelQuestions {
  readonly #api: Pick<Remote<KernelWorkerApi>, "inspect">;
  readonly #clock: Clock;
  #asking: Promise<Answer> = Promise.resolve(undefined);
  /** A question that was never answered: the worker is busy with something else, or no sound one. */
  #silent = false;

  constructor(api: Pick<Remote<KernelWorkerApi>, "inspect">, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Never rejects. */
  ask(question: ValueQuestion): Promise<Answer> {
    this.#asking = this.#asking.then(() => this.#ask(question));
    return this.#asking;
  }

  async #ask({ paths, members }: ValueQuestion): Promise<Answer> {
    if (this.#silent || paths.length > PATHS_LIMIT) return undefined;
    this.#silent = true;
    const answered = this.#api.inspect({ paths, members }).then(
      (answer) => {
        this.#silent = false;
        return parseValueAnswer(answer, paths.length);
      },
      () => {
        this.#silent = false;
        return undefined;
      },
    );
    return Promise.race([answered, this.#late()]);
  }

  #late(): Promise<undefined> {
    return new Promise((resolve) => this.#clock.after(ANSWER_TIME, () => resolve(undefined)));
  }
}
