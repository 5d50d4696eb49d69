import {
  MODULE_PARAMETERS,
  type LoadedModules,
  type ModuleCode,
  type ModuleEntry,
} from "#shared/contracts/kernel/loadedModules.ts";

/** What a module exports, by name. Of modules that import one another it may be filled later. */
export type ModuleExports = Record<string, unknown>;

interface Linked {
  readonly code: ModuleCode;
  readonly exports: ModuleExports;
  /** All of whose names it exports, too. */
  stars: readonly ModuleExports[];
  /** Goes on with its evaluation; undefined before it has said what it exports. */
  evaluation: AsyncGenerator<void, void> | undefined;
  state: "new" | "evaluating" | "evaluated";
  failure: { readonly error: unknown } | undefined;
}

class ImportError extends Error {
  override readonly name = "ImportError";
}

/** Why this kernel has no modules, where nobody hands any in. */
const NONE_HERE = "packages of npm cannot be loaded where this cell runs";

/**
 * Modules that a kernel was given. Each is evaluated once, when a cell first imports it, after those it needs, as engines
 * do it: engines' own modules must be fetched from addresses, which a kernel cannot do, and as blobs they could not import
 * one another in a circle.
 */
export class Modules {
  readonly #modules = new Map<string, Linked>();
  readonly #entries = new Map<string, ModuleEntry>();
  /** Imports of cells follow one another. */
  #importing: Promise<unknown> = Promise.resolve();
  #given = false;

  add({ files, entries }: LoadedModules): void {
    this.#given = true;
    for (const code of files) {
      if (this.#modules.has(code.url)) continue;
      this.#modules.set(code.url, { ...EMPTY, code, exports: emptyExports() });
    }
    for (const [text, entry] of Object.entries(entries)) this.#entries.set(text, entry);
  }

  /** What a cell gets for its text `asked`. @throws Error saying why it cannot have it, or that one of `names` is not there */
  readonly import = async (asked: unknown, names?: unknown): Promise<ModuleExports> => {
    const text = String(asked);
    const entry = this.#entries.get(text);
    if (entry === undefined)
      throw new ImportError(`“${text}” cannot be imported: ${this.#given ? COMPUTED : NONE_HERE}`);
    if ("failure" in entry) throw new ImportError(`“${text}” cannot be imported: ${entry.failure}`);
    const exports = await this.#inTurn(entry.url);
    for (const name of Array.isArray(names) ? names : []) {
      if (!(String(name) in exports)) throw new ImportError(missing(text, String(name), exports));
    }
    return exports;
  };

  #inTurn(url: string): Promise<ModuleExports> {
    const turn = this.#importing.then(() => this.#load(url));
    this.#importing = turn.catch(() => undefined);
    return turn;
  }

  async #load(url: string): Promise<ModuleExports> {
    const begun: Linked[] = [];
    await this.#begin(url, begun);
    // Names of names: until no round finds more.
    while (begun.some(addStars));
    return this.#evaluate(this.#find(url));
  }

  /** Lets a module, and all it needs, say what they export. */
  async #begin(url: string, begun: Linked[]): Promise<void> {
    const module = this.#find(url);
    if (module.evaluation !== undefined) return;
    const { code } = module;
    const evaluation = generatorOf(code)(
      (text: string) => this.#find(addressOf(code, text)).exports,
      (getters: Record<string, () => unknown>, stars: readonly ModuleExports[]) => {
        for (const [name, get] of Object.entries(getters)) define(module.exports, name, get);
        module.stars = stars;
      },
      (text: unknown) => this.#load(addressOf(code, String(text))),
      { url },
    );
    module.evaluation = evaluation;
    begun.push(module);
    await evaluation.next();
    for (const text of code.first) await this.#begin(addressOf(code, text), begun);
  }

  async #evaluate(module: Linked): Promise<ModuleExports> {
    if (module.failure) throw module.failure.error;
    // One that is being evaluated imports this one in a circle: what it has come to export is there.
    if (module.state !== "new") return module.exports;
    module.state = "evaluating";
    try {
      for (const text of module.code.first) await this.#evaluate(this.#find(addressOf(module.code, text)));
      await module.evaluation?.next();
    } catch (error) {
      module.failure = { error };
      throw error;
    }
    module.state = "evaluated";
    return module.exports;
  }

  #find(url: string): Linked {
    const module = this.#modules.get(url);
    if (module === undefined) throw new ImportError(`${url} was not loaded`);
    return module;
  }
}

const EMPTY = { stars: [], evaluation: undefined, state: "new", failure: undefined } as const;

function emptyExports(): ModuleExports {
  const exports: ModuleExports = {};
  Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
  return exports;
}

function define(exports: ModuleExports, name: string, get: () => unknown): void {
  Object.defineProperty(exports, name, { get, enumerable: true, configurable: true });
}

/** True if it got names by this. */
function addStars({ exports, stars }: Linked): boolean {
  let added = false;
  for (const star of stars) {
    for (const name of Object.keys(star)) {
      if (name === "default" || Object.hasOwn(exports, name)) continue;
      define(exports, name, () => star[name]);
      added = true;
    }
  }
  return added;
}

const COMPUTED =
  "the name of what is imported must stand in the cell, as text in quotation marks. What a program puts together could " +
  "tell a stranger's server anything";

function addressOf({ url, needs }: ModuleCode, text: string): string {
  const address = Object.hasOwn(needs, text) ? needs[text] : undefined;
  if (address === undefined) throw new ImportError(`“${text}”, which ${url} imports, was not loaded`);
  return address;
}

const NAMES_SHOWN = 8;

function missing(text: string, name: string, exports: ModuleExports): string {
  const there = Object.keys(exports);
  const shown = there.slice(0, NAMES_SHOWN).join(", ");
  const rest = there.length > NAMES_SHOWN ? ` and ${there.length - NAMES_SHOWN} more` : "";
  if (name === "default" && there.length > 0) {
    return `“${text}” has no default export: write import { … } or import * as name. It exports ${shown}${rest}`;
  }
  return `“${text}” exports no “${name}”${there.length === 0 ? "" : `: it exports ${shown}${rest}`}`;
}

type ModuleGenerator = (...surroundings: readonly unknown[]) => AsyncGenerator<void, void>;

/** Taken before any cell runs. */
// reason: the type of a function made at run time is not known; these make what `ModuleCode` says.
const newFunction = Function as unknown as (...parts: readonly string[]) => () => ModuleGenerator;

function generatorOf({ code, url }: ModuleCode): ModuleGenerator {
  const parameters = MODULE_PARAMETERS.join(",");
  return newFunction(`return async function*(${parameters}){${code}\n}\n//# sourceURL=${url}`)();
}
