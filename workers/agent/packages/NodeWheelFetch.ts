import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashAside } from "#shared/base/hash.ts";
import { messageOf } from "#shared/base/errors.ts";
import { seconds, type Bytes, type Milliseconds } from "#shared/base/units.ts";
import { isWheelName, parseOfferedWheels, WHEELS_PATH, type OfferedWheel } from "#shared/contracts/kernel/wheels.ts";
import { readWheel } from "#shared/packages/wheels/readWheel.ts";
import { WHEEL_SIZE } from "#shared/packages/wheels/wheelLimits.ts";
import { ModuleFetchError } from "#shared/ports/ModuleFetch.ts";
import type { WheelFetch } from "#shared/ports/WheelFetch.ts";
import { fetchBytes } from "./fetchBytes.ts";

/** A host that does not say by then what it offers, offers nothing. */
const ASK_LIMIT: Milliseconds = seconds(10);

export interface WheelPlaces {
  /** Folder of this computer (`--wheels`). */
  readonly folder: string | undefined;
  /** Of the class host. */
  readonly base: string | undefined;
}

/** Wheels for cells on an agent: its own folder comes before the class host. */
export class NodeWheelFetch implements WheelFetch {
  readonly #places: WheelPlaces;

  constructor(places: WheelPlaces) {
    this.#places = places;
  }

  async fetch(url: string, limit: Bytes, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return (await fetchBytes(url, limit, signal)).bytes;
  }

  async offered(): Promise<unknown> {
    const own = await this.#inFolder();
    const names = new Set(own.map(({ file }) => file));
    const theirs = await this.#ofHost();
    return { wheels: [...own, ...theirs.filter(({ file }) => !names.has(file))] };
  }

  async fetchOffered(file: string, limit: Bytes, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { folder, base } = this.#places;
    const own = folder === undefined || !isWheelName(file) ? undefined : join(folder, file);
    if (own !== undefined && (await stat(own).catch(() => undefined))?.isFile() === true) {
      return new Uint8Array(await readFile(own));
    }
    if (base === undefined) throw new ModuleFetchError(`${file} is gone from the folder of --wheels`, false);
    return (await fetchBytes(`${base}${WHEELS_PATH}${encodeURIComponent(file)}`, limit, signal)).bytes;
  }

  async #inFolder(): Promise<readonly OfferedWheel[]> {
    const { folder } = this.#places;
    if (folder === undefined) return [];
    const names = await readdir(folder).catch((error: unknown) => {
      throw new ModuleFetchError(`the folder of --wheels cannot be read: ${messageOf(error)}`, false);
    });
    const found: OfferedWheel[] = [];
    for (const file of names.filter(isWheelName).sort()) {
      const path = join(folder, file);
      if ((await stat(path)).size > WHEEL_SIZE) continue;
      const content = new Uint8Array(await readFile(path));
      const hash = await hashAside(content);
      const facts = await readWheel(content);
      if (facts.ok) found.push({ file, hash, ...facts.value });
      else if (file.endsWith(".zip")) found.push({ file, hash, imports: [], needs: [] });
    }
    return found;
  }

  async #ofHost(): Promise<readonly OfferedWheel[]> {
    const { base } = this.#places;
    if (base === undefined) return [];
    try {
      const response = await fetch(`${base}${WHEELS_PATH}`, { signal: AbortSignal.timeout(ASK_LIMIT) });
      return response.ok ? (parseOfferedWheels(await response.json()) ?? []) : [];
    } catch {
      // Away, or older than this agent.
      return [];
    }
  }
}
