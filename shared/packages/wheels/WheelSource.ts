import type { ContentHash } from "../../base/ids.ts";
import { hashAside } from "../../base/hash.ts";
import type { Bytes } from "../../base/units.ts";
import { parseOfferedWheels, type OfferedWheel, type WheelFile } from "../../contracts/kernel/wheels.ts";
import type { Clock } from "../../ports/Clock.ts";
import { ModuleFetchError } from "../../ports/ModuleFetch.ts";
import type { WheelFetch } from "../../ports/WheelFetch.ts";
import { PackageError } from "../loadGraph.ts";
import type { AskPermission } from "../ModuleLoader.ts";
import type { OriginGrants } from "../OriginGrants.ts";
import type { WheelCache } from "./WheelCache.ts";
import { WHEEL_SIZE, WHEEL_TIME } from "./wheelLimits.ts";

export interface WheelSourceOptions {
  readonly clock: Clock;
  readonly fetch: WheelFetch;
  readonly cache: WheelCache;
  readonly grants: Pick<OriginGrants, "has" | "allow">;
}

/** A file that is wanted, and where it is published; undefined if a class host is all it can come from. */
export interface WantedWheel extends WheelFile {
  readonly url: string | undefined;
}

type FetchBytes = (limit: Bytes, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

/** Gets wheels by their hash: from this device, from the class host, or from where they are published if the user lets it. */
export class WheelSource {
  readonly #options: WheelSourceOptions;
  readonly #coming = new Map<ContentHash, Promise<Blob>>();

  constructor(options: WheelSourceOptions) {
    this.#options = options;
  }

  /** What the class host offers now; nothing if it cannot be reached. */
  async offered(): Promise<readonly OfferedWheel[]> {
    return parseOfferedWheels(await this.#options.fetch.offered()) ?? [];
  }

  kept(hash: ContentHash): Promise<Blob | undefined> {
    return this.#options.cache.wheel(hash);
  }

  /** Keeps bytes that somebody else has for it. @throws PackageError for others, or too many */
  async take({ file, hash }: WantedWheel, content: Uint8Array): Promise<Blob> {
    const fits = content.byteLength <= WHEEL_SIZE;
    if (!fits || (await hashAside(content)) !== hash) throw new PackageError(wrongHash(file));
    return this.#options.cache.keepWheel(hash, new Uint8Array(content));
  }

  /** Whether it may be asked for at all where it is published. */
  async permitted({ url }: WantedWheel, ask: AskPermission): Promise<boolean> {
    if (url === undefined) return false;
    const { grants } = this.#options;
    const { origin } = new URL(url);
    if (grants.has(origin)) return true;
    const allowed = await ask(origin);
    if (allowed) grants.allow(origin);
    return allowed;
  }

  /** Kernels that start together ask once. @throws PackageError, ModuleFetchError */
  get(wanted: WantedWheel, offered: OfferedWheel | undefined): Promise<Blob> {
    const { file, hash, url } = wanted;
    const known = this.#coming.get(hash);
    if (known !== undefined) return known;
    const { fetch } = this.#options;
    const from: FetchBytes =
      offered === undefined
        ? (limit, signal) => fetch.fetch(url ?? "", limit, signal)
        : (limit, signal) => fetch.fetchOffered(file, limit, signal);
    const coming = this.#load(wanted, from).finally(() => this.#coming.delete(hash));
    this.#coming.set(hash, coming);
    return coming;
  }

  async #load({ file, hash }: WantedWheel, from: FetchBytes): Promise<Blob> {
    const { clock, cache } = this.#options;
    const late = new AbortController();
    const stop = clock.after(WHEEL_TIME, () => late.abort());
    try {
      const bytes = await from(WHEEL_SIZE, late.signal);
      if ((await hashAside(bytes)) !== hash) throw new PackageError(wrongHash(file));
      return await cache.keepWheel(hash, bytes);
    } catch (error) {
      if (!late.signal.aborted) throw error;
      throw new ModuleFetchError(`${file} did not come within ${WHEEL_TIME / 60_000} minutes`, true, { cause: error });
    } finally {
      stop();
    }
  }
}

export const wrongHash = (file: string): string =>
  `${file} is not the file that it should be (its SHA-256 is another), and it was not used`;
