import type { Remote } from "comlink";
import type { KernelWorkerApi } from "#shared/contracts/kernelWorkerApi.ts";
import type { LoadedModules } from "#shared/contracts/loadedModules.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";

/** Gets modules for cells of one notebook. `ask`: asks the user to let code be loaded from an origin. Never rejects. */
export type LoadModules = (
  texts: readonly string[],
  ask: (origin: string) => Promise<boolean>,
) => Promise<LoadedModules>;

/** Hands one worker what its cells import, before they are executed. */
export class KernelImports {
  readonly #api: Pick<Remote<KernelWorkerApi>, "addModules">;
  readonly #load: LoadModules | undefined;
  /** Texts for which the worker has a module. What could not be had is tried again each time. */
  readonly #given = new Set<string>();

  constructor(api: Pick<Remote<KernelWorkerApi>, "addModules">, load: LoadModules | undefined) {
    this.#api = api;
    this.#load = load;
  }

  /** What the request's cells import that the worker does not have. */
  missing({ program, before }: KernelRequest): readonly string[] {
    if (this.#load === undefined) return [];
    const texts = [...before, program].flatMap(({ language, imports }) =>
      language === "javascript" ? (imports ?? []) : [],
    );
    return [...new Set(texts)].filter((text) => !this.#given.has(text));
  }

  async give(texts: readonly string[], ask: (origin: string) => Promise<boolean>): Promise<void> {
    if (this.#load === undefined) return;
    const loaded = await this.#load(texts, ask);
    await this.#api.addModules(loaded);
    for (const [text, entry] of Object.entries(loaded.entries)) if ("url" in entry) this.#given.add(text);
  }
}
