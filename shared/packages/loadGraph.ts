import { formatBytes } from "../base/units.ts";
import type { FetchModule } from "../ports/ModuleFetch.ts";
import { addressIn, type ModuleGraph, type ModuleSource } from "./ModuleGraph.ts";
import { GRAPH_SIZE, MODULE_DEPTH, MODULE_FILES, MODULE_SIZE, REQUESTS_AT_ONCE } from "./packageLimits.ts";
import type { TransformedModule } from "./transformModule.ts";

export interface GraphTools {
  readonly fetch: FetchModule;
  readonly transform: (source: string) => Promise<TransformedModule>;
  /** Whether code may be loaded from this origin. Asks the user where that is not known. */
  readonly permit: (origin: string) => Promise<boolean>;
  /** What to say where it may not, for people. */
  readonly refusal?: ((origin: string) => string) | undefined;
}

/** Why a package cannot be had, for people. */
export class PackageError extends Error {}

interface Wanted {
  readonly url: string;
  readonly depth: number;
  /** `import()` in a package may name what is not there: then it fails when it is called, as anywhere. */
  readonly needed: boolean;
}

/** Loads a module and all it needs. @throws PackageError, ModuleFetchError */
export async function loadGraph(entry: string, tools: GraphTools, signal: AbortSignal): Promise<ModuleGraph> {
  const load = new GraphLoad(tools, signal);
  return load.from(entry);
}

class GraphLoad {
  readonly #tools: GraphTools;
  readonly #signal: AbortSignal;
  readonly #files = new Map<string, ModuleSource>();
  readonly #moved: Record<string, string> = {};
  readonly #asked = new Set<string>();
  #size = 0;

  constructor(tools: GraphTools, signal: AbortSignal) {
    this.#tools = tools;
    this.#signal = signal;
  }

  async from(entry: string): Promise<ModuleGraph> {
    let wave: readonly Wanted[] = [{ url: entry, depth: 0, needed: true }];
    // By distance from the entry: what is asked for, and in which order, is the same for everybody.
    while (wave.length > 0) {
      const next: Wanted[] = [];
      for (let at = 0; at < wave.length; at += REQUESTS_AT_ONCE) {
        const some = wave.slice(at, at + REQUESTS_AT_ONCE);
        for (const found of await Promise.all(some.map((one) => this.#load(one)))) next.push(...found);
      }
      wave = next;
    }
    const files = [...this.#files.values()].sort((one, other) => (one.url < other.url ? -1 : 1));
    return { entry: this.#moved[entry] ?? entry, files, moved: this.#moved };
  }

  /** Gives what the file needs in turn. */
  async #load({ url, depth, needed }: Wanted): Promise<readonly Wanted[]> {
    if (this.#asked.has(url)) return [];
    this.#asked.add(url);
    if (depth > MODULE_DEPTH) throw new PackageError(`it needs more than ${MODULE_DEPTH} files one behind the other`);
    if (this.#asked.size > MODULE_FILES) throw new PackageError(`it needs more than ${MODULE_FILES} files`);
    try {
      const file = await this.#fetch(url);
      if (this.#files.has(file.url)) return [];
      this.#files.set(file.url, file);
      return await this.#needsOf(file, depth);
    } catch (error) {
      if (needed || this.#signal.aborted) throw error;
      return [];
    }
  }

  async #fetch(url: string): Promise<ModuleSource> {
    await this.#mayAsk(url);
    const { url: found, source } = await this.#tools.fetch(url, MODULE_SIZE, this.#signal);
    if (found !== url) {
      await this.#mayAsk(found);
      this.#moved[url] = found;
    }
    this.#size += source.length;
    if (this.#size > GRAPH_SIZE) throw new PackageError(`it is larger than ${formatBytes(GRAPH_SIZE)}`);
    return { url: found, source };
  }

  async #mayAsk(url: string): Promise<void> {
    const { origin } = new URL(url);
    if (!origin.startsWith("https://")) throw new PackageError(`it needs ${url}, and only https:// is loaded`);
    if (!(await this.#tools.permit(origin))) throw new PackageError((this.#tools.refusal ?? notAllowed)(origin));
  }

  async #needsOf({ url, source }: ModuleSource, depth: number): Promise<readonly Wanted[]> {
    const { first, later } = await this.#transform(url, source);
    const needs = (texts: readonly string[], needed: boolean): readonly Wanted[] =>
      texts.flatMap((text) => {
        const address = addressIn(text, url);
        if (address !== undefined) return [{ url: address, depth: depth + 1, needed }];
        if (!needed) return [];
        throw new PackageError(`it needs “${text}”, which its server does not say where to find (in ${url})`);
      });
    return [...needs(first, true), ...needs(later, false)];
  }

  async #transform(url: string, source: string): Promise<TransformedModule> {
    try {
      return await this.#tools.transform(source);
    } catch (error) {
      throw new PackageError(`${url} is no module that can be read`, { cause: error });
    }
  }
}

export const notAllowed = (origin: string): string =>
  `you have not allowed this computer to load code from ${new URL(origin).host}. Run the cell again to be asked`;
