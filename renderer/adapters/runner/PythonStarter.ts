import type { Remote } from "comlink";
import { messageOf } from "#shared/base/errors.ts";
import type { KernelWorkerApi } from "#shared/contracts/kernelWorkerApi.ts";
import { parsePythonStart } from "#shared/contracts/pythonFiles.ts";
import type { LoadPython } from "./loadPython.ts";

/** Starts Python in one worker, once. After a failure it may be tried again. */
export class PythonStarter {
  readonly #api: Pick<Remote<KernelWorkerApi>, "startPython">;
  readonly #load: LoadPython;
  #starting: Promise<string | undefined> | undefined;
  #ready = false;

  constructor(api: Pick<Remote<KernelWorkerApi>, "startPython">, load: LoadPython) {
    this.#api = api;
    this.#load = load;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Resolves with the reason why it cannot start, for people; with undefined when cells in Python can be executed. */
  start(): Promise<string | undefined> {
    this.#starting ??= this.#begin().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #begin(): Promise<string | undefined> {
    try {
      const answer = parsePythonStart(await this.#api.startPython(await this.#load()));
      if (answer.status === "failed") return answer.message;
      this.#ready = true;
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}
