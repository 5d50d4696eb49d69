import type { RoomId } from "../base/ids.ts";
import type { LoadedModules } from "../contracts/kernel/loadedModules.ts";
import type { LoadedWheels } from "../contracts/kernel/wheels.ts";
import type { ImportPins, KernelRequest } from "../ports/Kernel.ts";
import type { AskPermission } from "./ModuleLoader.ts";

/** Gets modules for cells of one notebook. `ask`: asks the user to let code be loaded from an origin. Never rejects. */
export type LoadModules = (
  texts: readonly string[],
  ask: AskPermission,
  pins: NonNullable<ImportPins["modules"]>,
) => Promise<LoadedModules>;

/** Gets packages of Python, likewise. `has`: whether the kernel has a file. */
export type LoadWheels = (
  names: readonly string[],
  has: (file: string) => boolean,
  ask: AskPermission,
  known: KnownWheels,
) => Promise<LoadedWheels>;

/** What a request tells of packages of Python. */
export interface KnownWheels {
  readonly pins: NonNullable<ImportPins["wheels"]>;
  /** Whose files may be among them; undefined where a kernel knows it anyway. */
  readonly notebook: RoomId | undefined;
}

export interface PackageLoaders {
  /** Left out where cells can import nothing. */
  readonly loadModules?: LoadModules | undefined;
  readonly loadWheels?: LoadWheels | undefined;
}

/** A worker that executes cells, from outside. */
export interface ImportReceiver {
  addModules(modules: LoadedModules): Promise<void>;
  addWheels(wheels: LoadedWheels): Promise<void>;
}

/** What cells import, by their texts for it. */
export interface MissingImports {
  readonly modules: readonly string[];
  /** First names of modules of Python. */
  readonly packages: readonly string[];
  readonly pins: Required<ImportPins>;
  readonly notebook: RoomId | undefined;
}

/** Hands one worker what its cells import, before they are executed. */
export class KernelImports {
  readonly #receiver: ImportReceiver;
  readonly #loaders: PackageLoaders;
  /** Texts for which the worker has a module. What could not be had is tried again each time. */
  readonly #modules = new Set<string>();
  /** Names in Python that were looked after, likewise. */
  readonly #packages = new Set<string>();
  /** Wheels that the worker has. */
  readonly #files = new Set<string>();

  constructor(receiver: ImportReceiver, loaders: PackageLoaders) {
    this.#receiver = receiver;
    this.#loaders = loaders;
  }

  /** What the request's cells import that the worker does not have; undefined for nothing. */
  missing({ program, before, notebook }: KernelRequest): MissingImports | undefined {
    const { loadModules, loadWheels } = this.#loaders;
    const programs = [...before, program];
    const of = (wanted: "javascript" | "python", known: ReadonlySet<string>): readonly string[] => {
      const texts = programs.flatMap(({ language, imports }) => (language === wanted ? (imports ?? []) : []));
      return [...new Set(texts)].filter((text) => !known.has(text));
    };
    const modules = loadModules === undefined ? [] : of("javascript", this.#modules);
    const packages = loadWheels === undefined ? [] : of("python", this.#packages);
    if (modules.length + packages.length === 0) return undefined;
    const pins = {
      modules: Object.fromEntries(programs.flatMap((one) => Object.entries(one.pins?.modules ?? {}))),
      wheels: Object.fromEntries(programs.flatMap((one) => Object.entries(one.pins?.wheels ?? {}))),
    };
    return { modules, packages, pins, notebook };
  }

  async give({ modules, packages, pins, notebook }: MissingImports, ask: AskPermission): Promise<void> {
    const { loadModules, loadWheels } = this.#loaders;
    if (loadModules !== undefined && modules.length > 0) {
      const loaded = await loadModules(modules, ask, pins.modules);
      await this.#receiver.addModules(loaded);
      for (const [text, entry] of Object.entries(loaded.entries)) if ("url" in entry) this.#modules.add(text);
    }
    if (loadWheels !== undefined && packages.length > 0) {
      const loaded = await loadWheels(packages, (file) => this.#files.has(file), ask, {
        ...{ pins: pins.wheels, notebook },
      });
      const { wheels, failures } = loaded;
      if (wheels.length > 0 || Object.keys(failures).length > 0) await this.#receiver.addWheels(loaded);
      for (const { file } of wheels) this.#files.add(file);
      for (const name of packages) if (!Object.hasOwn(failures, name)) this.#packages.add(name);
    }
  }
}
