import { messageOf } from "../base/errors.ts";
import type { LoadedModules, ModuleCode, ModuleEntry } from "../contracts/kernel/loadedModules.ts";
import type { Clock } from "../ports/Clock.ts";
import { ModuleFetchError, type FetchModule } from "../ports/ModuleFetch.ts";
import { loadGraph, PackageError } from "./loadGraph.ts";
import { graphHash, moduleCodes, type ModuleGraph } from "./ModuleGraph.ts";
import { isExact, moduleAddress, readModuleName, versionIn, type ModuleName } from "./npmAddress.ts";
import type { OriginGrants } from "./OriginGrants.ts";
import type { PackageCache } from "./PackageCache.ts";
import { IMPORTS_PER_RUN, LOAD_TIME } from "./packageLimits.ts";
import type { PackagePins } from "./PackagePins.ts";
import type { TransformedModule } from "./transformModule.ts";

export interface ModuleLoaderOptions {
  readonly clock: Clock;
  readonly fetch: FetchModule;
  readonly transform: (source: string) => Promise<TransformedModule>;
  readonly grants: OriginGrants;
  readonly cache: PackageCache;
  readonly pins: PackagePins;
  /** What to say where an origin is not allowed; else what a user at a page can do. */
  readonly refusal?: (origin: string) => string;
}

/** Asks the user to let code be loaded from an origin. */
export type AskPermission = (origin: string) => Promise<boolean>;

/**
 * Gets what cells of one notebook import: from this device, or from a server that the user lets it be loaded from. Loads
 * only what the text of a cell names, so that no program can tell a server anything by what it asks for.
 */
export class ModuleLoader {
  readonly #options: ModuleLoaderOptions;

  constructor(options: ModuleLoaderOptions) {
    this.#options = options;
  }

  /** Never rejects: what cannot be had says why. */
  async load(texts: readonly string[], ask: AskPermission): Promise<LoadedModules> {
    const files = new Map<string, ModuleCode>();
    const entries: [string, ModuleEntry][] = [];
    // One after the other: a user is asked one thing at a time.
    for (const [index, text] of texts.entries()) {
      try {
        if (index >= IMPORTS_PER_RUN) throw new PackageError(`a run may import ${IMPORTS_PER_RUN} packages`);
        const { graph, codes } = await this.#one(text, ask);
        for (const code of codes) files.set(code.url, code);
        entries.push([text, { url: graph.entry }]);
      } catch (error) {
        entries.push([text, { failure: messageOf(error) }]);
      }
    }
    return { files: [...files.values()], entries: Object.fromEntries(entries) };
  }

  async #one(text: string, ask: AskPermission): Promise<{ graph: ModuleGraph; codes: readonly ModuleCode[] }> {
    const name = readModuleName(text);
    if (!name.ok) throw new PackageError(name.error);
    const graph = await this.#graph(text, name.value, ask);
    return { graph, codes: await moduleCodes(graph, this.#options.transform) };
  }

  async #graph(text: string, name: ModuleName, ask: AskPermission): Promise<ModuleGraph> {
    const { cache, pins, grants } = this.#options;
    const pinned = pins.get(text);
    if (pinned !== undefined) {
      return (await cache.graph(pinned.hash)) ?? (await this.#pinned(text, pinned, ask));
    }
    const address = name.kind === "url" ? name.url : moduleAddress(name, grants.moduleOrigin);
    const known = await cache.pin(address);
    const kept = known && (await cache.graph(known.hash));
    if (known !== undefined && kept !== undefined) {
      pins.set(text, known);
      return kept;
    }
    return this.#fresh(text, { name, address }, ask);
  }

  /** Again what the notebook was written with. */
  async #pinned(
    text: string,
    { url, hash }: NonNullable<ReturnType<PackagePins["get"]>>,
    ask: AskPermission,
  ): Promise<ModuleGraph> {
    const graph = await this.#fetch(url, ask);
    if (graphHash(graph) !== hash) {
      throw new PackageError(
        `${new URL(url).host} gives something else for it than when this notebook first used it, and it was not ` +
          `executed. Import another version, as in “${withoutVersion(text)}@1.2.3”, if you trust what is there now`,
      );
    }
    await this.#options.cache.keep(hash, graph, [url]);
    return graph;
  }

  async #fresh(
    text: string,
    { name, address }: { readonly name: ModuleName; readonly address: string },
    ask: AskPermission,
  ): Promise<ModuleGraph> {
    let graph = await this.#fetch(address, ask);
    let url = address;
    const exact = name.kind === "npm" && !isExact(name.version) ? this.#exactAddress(name, address, graph) : undefined;
    if (exact !== undefined) {
      url = exact;
      graph = await this.#fetch(url, ask);
    }
    const hash = graphHash(graph);
    await this.#options.cache.keep(hash, graph, url === address ? [url] : [address, url]);
    this.#options.pins.set(text, { url, hash });
    return graph;
  }

  #exactAddress(name: Extract<ModuleName, { kind: "npm" }>, address: string, graph: ModuleGraph): string | undefined {
    const entry = graph.files.find(({ url }) => url === graph.entry);
    const version = entry && versionIn(name.name, entry.url, entry.source);
    return version === undefined ? undefined : moduleAddress({ ...name, version }, new URL(address).origin);
  }

  async #fetch(address: string, ask: AskPermission): Promise<ModuleGraph> {
    const { clock, grants, fetch, transform, refusal } = this.#options;
    const stop = new AbortController();
    const time = new LoadTime(clock, () => stop.abort());
    const permit = once(async (origin) => {
      if (grants.has(origin)) return true;
      // Whoever thinks about it takes the time they need.
      time.pause();
      const allowed = await ask(origin);
      time.run();
      if (allowed) grants.allow(origin);
      return allowed;
    });
    time.run();
    try {
      return await loadGraph(address, { fetch, transform, permit, refusal }, stop.signal);
    } catch (error) {
      throw new PackageError(wordsOf(error, new URL(address).host, stop.signal.aborted), { cause: error });
    } finally {
      time.pause();
    }
  }
}

/** The same answer for each question, which are asked one after the other. */
function once(ask: AskPermission): AskPermission {
  const answers = new Map<string, Promise<boolean>>();
  let last: Promise<unknown> = Promise.resolve();
  return (origin) => {
    const answer = answers.get(origin) ?? last.then(() => ask(origin));
    answers.set(origin, answer);
    last = answer;
    return answer;
  };
}

/** Ends a load that takes too long. */
class LoadTime {
  readonly #clock: Clock;
  readonly #end: () => void;
  #stop: () => void = () => undefined;

  constructor(clock: Clock, end: () => void) {
    this.#clock = clock;
    this.#end = end;
  }

  run(): void {
    this.#stop = this.#clock.after(LOAD_TIME, this.#end);
  }

  pause(): void {
    this.#stop();
  }
}

function wordsOf(error: unknown, host: string, late: boolean): string {
  if (late) return `${host} took longer than ${LOAD_TIME / 1_000} seconds. Try again`;
  if (error instanceof ModuleFetchError && error.unreachable) {
    return (
      `it is not on this computer yet, and ${host} cannot be reached. Connect to the internet and run the cell again; ` +
      "from then on it works without"
    );
  }
  return messageOf(error);
}

const withoutVersion = (text: string): string => text.replace(/(?<=.)@[^/@]*$/, "");
