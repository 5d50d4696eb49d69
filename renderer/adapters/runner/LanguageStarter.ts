import { messageOf } from "#shared/base/errors.ts";
import { parseLanguageStart } from "#shared/contracts/kernel/languageStart.ts";

/** Starts one language in one worker, once. After a failure it may be tried again. */
export class LanguageStarter {
  readonly #ask: () => Promise<unknown>;
  #starting: Promise<string | undefined> | undefined;
  #ready = false;

  /** `ask`: gets what the language starts from, and hands it to the worker; gives the worker's answer. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Resolves with the reason why it cannot start, for people; with undefined when its cells can be executed. */
  start(): Promise<string | undefined> {
    this.#starting ??= this.#begin().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #begin(): Promise<string | undefined> {
    try {
      const answer = parseLanguageStart(await this.#ask());
      if (answer.status === "failed") return answer.message;
      this.#ready = true;
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}
