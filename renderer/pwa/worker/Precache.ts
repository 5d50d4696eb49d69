import { isHashed } from "./offlineRules.ts";

/** What the build knows of itself: put before the worker's code by build/webPlugins.mjs. */
export interface BuildFiles {
  /** Changes when any file does. */
  readonly id: string;
  /** Paths of all files, `/` for the page itself. */
  readonly files: readonly string[];
  /** Paths of files that are kept only once they were asked for. */
  readonly later: readonly string[];
}

const PREFIX = "meshbook-build-";
/** Holds the files for later of all builds: unchanged ones, which are large, are then not fetched again. */
const LATER = "meshbook-later";

/**
 * The files of builds, one cache per build. A build is complete or is not installed; the one before is kept, because a
 * tab that was opened with it still loads parts of it when they are needed.
 */
export class Precache {
  readonly #build: BuildFiles;
  readonly #caches: CacheStorage;

  constructor(build: BuildFiles, caches: CacheStorage) {
    this.#build = build;
    this.#caches = caches;
  }

  /** Fetches this build's files; takes unchanged ones from the builds that are here. Rejects if one cannot be had. */
  async install(): Promise<void> {
    const cache = await this.#caches.open(this.#name);
    await Promise.all(this.#build.files.map((path) => this.#add(cache, path)));
  }

  /** Deletes all builds but this one and the one before it. */
  async tidy(): Promise<void> {
    const builds = (await this.#caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== this.#name);
    // In the order they were made: the last is the one before ours.
    for (const name of builds.slice(0, -1)) await this.#caches.delete(name);
    const later = await this.#caches.open(LATER);
    for (const { url } of await later.keys()) {
      if (!this.#build.later.includes(new URL(url).pathname)) await later.delete(url);
    }
  }

  /** A file for later, fetched and kept if it is not here. Where it cannot be kept it is given all the same. */
  async findLater(path: string): Promise<Response> {
    const cache = await this.#caches.open(LATER);
    const found = await cache.match(path, { ignoreVary: true });
    if (found !== undefined) return found;
    const fetched = (): Promise<Response> => fetch(path, { credentials: "same-origin" });
    const response = await fetched();
    if (response.status !== 200 || response.redirected) return response;
    try {
      await cache.put(path, response);
    } catch {
      // No room: asked for again each time.
      return fetched();
    }
    return (await cache.match(path, { ignoreVary: true })) ?? fetched();
  }

  /** A file of this build; if it has a hash in its name, of any build. */
  async find(path: string): Promise<Response | undefined> {
    const cache = await this.#caches.open(this.#name);
    const found = await cache.match(path, { ignoreVary: true });
    if (found ?? !isHashed(path)) return found;
    return this.#caches.match(path, { ignoreVary: true });
  }

  get #name(): string {
    return PREFIX + this.#build.id;
  }

  async #add(cache: Cache, path: string): Promise<void> {
    const known = isHashed(path) ? await this.#caches.match(path, { ignoreVary: true }) : undefined;
    // Past the browser's own cache: a page of the last build with scripts of this one would be neither.
    const response = known ?? (await fetch(path, { cache: "reload", credentials: "same-origin" }));
    if (response.status !== 200 || response.redirected) {
      throw new Error(`${path} was answered with ${response.status}${response.redirected ? ", redirected" : ""}`);
    }
    await cache.put(path, response);
  }
}
