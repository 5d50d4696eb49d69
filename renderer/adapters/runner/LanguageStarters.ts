import type { Remote } from "comlink";
import type { KernelWorkerApi } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { needs, needsPlot, type KernelRequest } from "#shared/ports/Kernel.ts";
import { LanguageStarter } from "./LanguageStarter.ts";
import type { LoadPython } from "./loadPython.ts";
import type { LateLoaders } from "./loadLate.ts";

/** Languages, and a library, that a worker does not have from its beginning. */
const STARTED_LANGUAGES = ["python", "sql", "plot"] as const;
export type StartedLanguage = (typeof STARTED_LANGUAGES)[number];

/** Get what languages start from. */
export interface LanguageLoaders extends LateLoaders {
  readonly loadPython: LoadPython;
}

function isNeeded(language: StartedLanguage, request: KernelRequest): boolean {
  return language === "plot" ? needsPlot(request) : needs(language, request);
}

/** Starts languages in one worker, each when its first cell runs. */
export class LanguageStarters {
  readonly #starters: Readonly<Record<StartedLanguage, LanguageStarter>>;

  constructor(
    api: Pick<Remote<KernelWorkerApi>, "startPython" | "startSql" | "startPlot">,
    { loadPython, loadSql, loadPlot }: LanguageLoaders,
  ) {
    this.#starters = {
      python: new LanguageStarter(async () => api.startPython(await loadPython())),
      sql: new LanguageStarter(async () => api.startSql(await loadSql())),
      plot: new LanguageStarter(async () => api.startPlot((await loadPlot()).engine)),
    };
  }

  /** Those that must be started before the request can be executed. */
  missing(request: KernelRequest): readonly StartedLanguage[] {
    return STARTED_LANGUAGES.filter((language) => isNeeded(language, request) && !this.#starters[language].ready);
  }

  /** Resolves with the reason why it cannot start, for people; with undefined when its cells can be executed. */
  start(language: StartedLanguage): Promise<string | undefined> {
    return this.#starters[language].start();
  }
}
