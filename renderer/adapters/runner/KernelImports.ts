import type { Remote } from "comlink";
import type { KernelWorkerApi } from "#shared/contracts/kernelWorkerApi.ts";
import type { LoadedModules } from "#shared/contracts/loadedModules.ts";
import type { LoadedWheels } from "#shared/contracts/wheels.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";

type Ask = (origin: string) => Promise<boolean>;

/** Gets modules for cells of one notebook. `ask`: asks the user to let code be loaded from an origin. Never rejects. */
export type LoadModules = (texts: readonly string[], ask: Ask) => Promise<LoadedModules>;

/** Gets packages of Python, likewise. `has`: whether the kernel has a file. */
export type LoadWheels = (names: readonly string[], has: (file: string) => boolean, ask: Ask) => Promise<LoadedWheels>;

export interface PackageLoaders {
  /** Left out where cells can import nothing. */
  readonly loadModules?: LoadModules | undefined;
  readonly loadWheels?: LoadWheels | undefined;
}

/** What cells import, by their texts for it. */
export interface MissingImports {
  readonly modules: readonly string[];
  /** First names of modules of Python. */
  readonly packages: readonly string[];
}

/** Hands one worker what its cells import, before they are executed. */
export class KernelImports {
  readonly #api: Pick<Remote<KernelWorkerApi>, "addModules" | "addWheels">;
  readonly #loaders: PackageLoaders;
  /** Texts for which the worker has a module. What could not be had is tried again each time. */
  readonly #modules = new Set<string>();
  /** Names in Python that were looked after, likewise. */
  readonly #packages = new Set<string>();
  /** Wheels that the worker has. */
  readonly #files = new Set<string>();

  constructor(api: Pick<Remote<KernelWorkerApi>, "addModules" | "addWheels">, loaders: PackageLoaders) {
    this.#api = api;
    this.#loaders = loaders;
  }

  /** What the request's cells import that the worker does not have. */
  missing({ program, before }: KernelRequest): MissingImports {
    const { loadModules, loadWheels } = this.#loaders;
    const of = (wanted: "javascript" | "python", known: ReadonlySet<string>): readonly string[] => {
      const programs = [...before, program].filter(({ language }) => language === wanted);
      return [...new Set(programs.flatMap(({ imports }) => imports ?? []))].filter((text) => !known.has(text));
    };
    return {
      modules: loadModules === undefined ? [] : of("javascript", this.#modules),
      packages: loadWheels === undefined ? [] : of("python", this.#packages),
    };
  }

  async give({ modules, packages }: MissingImports, ask: Ask): Promise<void> {
    const { loadModules, loadWheels } = this.#loaders;
    if (loadModules !== undefined && modules.length > 0) {
      const loaded = await loadModules(modules, ask);
      await this.#api.addModules(loaded);
      for (const [text, entry] of Object.entries(loaded.entries)) if ("url" in entry) this.#modules.add(text);
    }
    if (loadWheels !== undefined && packages.length > 0) {
      const loaded = await loadWheels(packages, (file) => this.#files.has(file), ask);
      const { wheels, failures } = loaded;
      if (wheels.length > 0 || Object.keys(failures).length > 0) await this.#api.addWheels(loaded);
      for (const { file } of wheels) this.#files.add(file);
      for (const name of packages) if (!Object.hasOwn(failures, name)) this.#packages.add(name);
    }
  }
}
