import { messageOf } from "../../base/errors.ts";
import { formatBytes } from "../../base/units.ts";
import type { LoadedWheels, OfferedWheel } from "../../contracts/kernel/wheels.ts";
import { ModuleFetchError } from "../../ports/ModuleFetch.ts";
import { PackageError } from "../loadGraph.ts";
import type { AskPermission } from "../ModuleLoader.ts";
import { REQUESTS_AT_ONCE } from "../packageLimits.ts";
import { WHEEL_IMPORTS_PER_RUN, WHEELS_COUNT, WHEELS_SIZE } from "./wheelLimits.ts";
import { offeredClosure } from "./offeredClosure.ts";
import { lockedClosure, type WheelLock } from "./WheelLock.ts";
import type { WheelPins } from "./WheelPins.ts";
import { wrongHash, type WantedWheel, type WheelSource } from "./WheelSource.ts";

export interface WheelLoaderOptions {
  /** Rejects, for people, where the list cannot be had. */
  readonly lock: () => Promise<WheelLock>;
  readonly source: WheelSource;
  readonly pins: WheelPins;
  /** What to say where an origin is not allowed; else what a user at a page can do. */
  readonly refusal?: (origin: string) => string;
}

type Found = ReadonlyMap<string, Blob>;

/**
 * Gets the packages that cells in Python of one notebook import, as wheels, and all that these need. By the list that the
 * build has of its own Python each is one file with one hash; what is not on that list may come from the class host's
 * folder, and is then pinned in the notebook. Only modules that the text of a cell names are looked after.
 */
export class WheelLoader {
  readonly #options: WheelLoaderOptions;

  constructor(options: WheelLoaderOptions) {
    this.#options = options;
  }

  /**
   * Never rejects: what cannot be had says why. `names`: first names of modules. `has`: whether the kernel has a file.
   */
  async load(names: readonly string[], has: (file: string) => boolean, ask: AskPermission): Promise<LoadedWheels> {
    const wheels = new Map<string, Blob>();
    const failures: [string, string][] = [];
    let lock: WheelLock;
    try {
      lock = await this.#options.lock();
    } catch (error) {
      return { wheels: [], failures: Object.fromEntries(names.map((name) => [name, messageOf(error)])) };
    }
    const load = new OneLoad(lock, this.#options, ask);
    const looked = names.filter((name) => !lock.standard.has(name));
    // One after the other: a user is asked one thing at a time.
    for (const [index, name] of looked.entries()) {
      try {
        if (index >= WHEEL_IMPORTS_PER_RUN)
          throw new PackageError(`a run may import ${WHEEL_IMPORTS_PER_RUN} packages`);
        const given = (file: string): boolean => has(file) || wheels.has(file);
        for (const [file, content] of await load.of(name, given)) wheels.set(file, content);
        checkSize(wheels);
      } catch (error) {
        failures.push([name, messageOf(error)]);
      }
    }
    return {
      wheels: [...wheels].map(([file, content]) => ({ file, content })),
      failures: Object.fromEntries(failures),
    };
  }
}

function checkSize(wheels: Map<string, Blob>): void {
  const size = [...wheels.values()].reduce((sum, { size: one }) => sum + one, 0);
  if (size <= WHEELS_SIZE && wheels.size <= WHEELS_COUNT) return;
  wheels.clear();
  throw new PackageError(`its packages are more than ${formatBytes(WHEELS_SIZE)} or ${WHEELS_COUNT} files together`);
}

/** What one run asks for. The host is asked once for what it offers, and the user once for each origin. */
class OneLoad {
  readonly #lock: WheelLock;
  readonly #options: WheelLoaderOptions;
  readonly #ask: AskPermission;
  readonly #answers = new Map<string, Promise<boolean>>();
  #offered: Promise<readonly OfferedWheel[]> | undefined;

  constructor(lock: WheelLock, options: WheelLoaderOptions, ask: AskPermission) {
    this.#lock = lock;
    this.#options = options;
    this.#ask = (origin) => {
      const answer = this.#answers.get(origin) ?? ask(origin);
      this.#answers.set(origin, answer);
      return answer;
    };
  }

  /** The wheels for a module, in order. @throws PackageError */
  async of(name: string, given: (file: string) => boolean): Promise<Found> {
    const { pins } = this.#options;
    const pinned = pins.get(name);
    const locked = this.#lock.byImport.get(name);
    if (pinned !== undefined) return this.#all(name, pinned.map(this.#where), given);
    if (locked !== undefined) {
      const title = `${locked.name} ${locked.version}`;
      return this.#all(title, lockedClosure(this.#lock, locked).map(this.#where), given);
    }
    const offered = await this.#host();
    const first = offered.find(({ imports }) => imports.includes(name));
    if (first === undefined) throw new PackageError(UNKNOWN);
    const wanted = offeredClosure(first, offered, this.#lock).map(this.#where);
    const found = await this.#all(name, wanted, given);
    pins.set(
      name,
      wanted.map(({ file, hash }) => ({ file, hash })),
    );
    return found;
  }

  #host(): Promise<readonly OfferedWheel[]> {
    this.#offered ??= this.#options.source.offered();
    return this.#offered;
  }

  readonly #where = ({ file, hash }: Pick<WantedWheel, "file" | "hash">): WantedWheel => {
    const locked = [...this.#lock.packages.values()].some((one) => one.hash === hash);
    return { file, hash, url: locked ? `${this.#lock.base}${file}` : undefined };
  };

  async #all(title: string, wanted: readonly WantedWheel[], given: (file: string) => boolean): Promise<Found> {
    const { source } = this.#options;
    const left = wanted.filter(({ file }) => !given(file));
    const kept = new Map<string, Blob>();
    for (const one of left) {
      const content = (await source.kept(one.hash)) ?? (await this.#ofNotebook(one));
      if (content !== undefined) kept.set(one.file, content);
    }
    const missing = left.filter(({ file }) => !kept.has(file));
    // Whether each may be asked for is known before the first one is.
    const from = new Map<string, OfferedWheel | undefined>();
    for (const one of missing) from.set(one.file, await this.#from(title, one));
    for (let at = 0; at < missing.length; at += REQUESTS_AT_ONCE) {
      const some = missing.slice(at, at + REQUESTS_AT_ONCE);
      const got = await Promise.all(some.map((one) => this.#get(title, one, from.get(one.file))));
      for (const [index, one] of some.entries()) if (got[index] !== undefined) kept.set(one.file, got[index]);
    }
    return new Map(
      left.flatMap(({ file }): [string, Blob][] => {
        const content = kept.get(file);
        return content === undefined ? [] : [[file, content]];
      }),
    );
  }

  /** What was added to the notebook as a file is with whoever has the notebook. @throws PackageError */
  async #ofNotebook(wanted: WantedWheel): Promise<Blob | undefined> {
    const content = wanted.url === undefined ? await this.#options.pins.content?.(wanted.hash) : undefined;
    return content && this.#options.source.take(wanted, content);
  }

  /** What the host offers for it; undefined if it is to come from where it is published. @throws PackageError */
  async #from(title: string, wanted: WantedWheel): Promise<OfferedWheel | undefined> {
    const named = (await this.#host()).find(({ file }) => file === wanted.file);
    if (named !== undefined && named.hash !== wanted.hash) {
      throw new PackageError(`The ${title} that is offered here is another: ${wrongHash(wanted.file)}`);
    }
    if (named !== undefined || (await this.#options.source.permitted(wanted, this.#ask))) return named;
    const { refusal } = this.#options;
    if (wanted.url !== undefined && refusal !== undefined) {
      throw new PackageError(`${title} is not on this computer yet, and ${refusal(new URL(wanted.url).origin)}`);
    }
    const why = wanted.url === undefined ? "" : `, and you have not allowed it to load code from ${hostOf(wanted.url)}`;
    throw new PackageError(`${title} is not on this computer yet${why}. ${whatToDo(wanted)}`);
  }

  async #get(title: string, wanted: WantedWheel, offered: OfferedWheel | undefined): Promise<Blob> {
    try {
      return await this.#options.source.get(wanted, offered);
    } catch (error) {
      if (!(error instanceof ModuleFetchError)) throw error;
      const why = error.unreachable ? `${hostOf(wanted.url)} cannot be reached` : error.message;
      throw new PackageError(`${title} is not on this computer yet, and ${why}. ${whatToDo(wanted)}`, { cause: error });
    }
  }
}

const hostOf = (url: string | undefined): string => (url === undefined ? "the class host" : new URL(url).host);

const SERVE = "ask whoever runs the class host to offer it (meshbook serve --wheels)";

const whatToDo = ({ url }: WantedWheel): string =>
  url === undefined
    ? `Connect to the class host, or to somebody who has this notebook, and run the cell again. Or ${SERVE}`
    : `Connect to the internet once, allow it, and run the cell again: from then on it works without. Or ${SERVE}`;

const UNKNOWN = `No package for it is known for this Python. If there is one in Python alone, drop its .whl file on the notebook, or ${SERVE}`;
