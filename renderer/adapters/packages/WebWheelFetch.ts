import { formatBytes, type Bytes } from "#shared/base/units.ts";
import { WHEELS_PATH } from "#shared/contracts/kernel/wheels.ts";
import { ModuleFetchError } from "#shared/ports/ModuleFetch.ts";
import type { WheelFetch } from "#shared/ports/WheelFetch.ts";
import { ask, readParts, statusWords } from "./fetchModule.ts";

/** As a page may. The class host is asked under `base`, the page's own server if that is undefined. */
export class WebWheelFetch implements WheelFetch {
  readonly #base: string;

  constructor(base: string | undefined) {
    this.#base = base ?? "";
  }

  async fetch(url: string, limit: Bytes, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const response = await ask(url, signal);
    if (!response.ok) throw new ModuleFetchError(statusWords(response.status, url), false);
    const said = Number(response.headers.get("Content-Length"));
    if (said > limit) throw new ModuleFetchError(`${url} is larger than ${formatBytes(limit)}`, false);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    await readParts(response, limit, { url, take: (part) => void parts.push(part) });
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  async offered(): Promise<unknown> {
    try {
      const response = await fetch(`${this.#base}${WHEELS_PATH}`, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      return response.ok ? await response.json() : undefined;
    } catch {
      // Away, or no host of ours: then it offers nothing.
      return undefined;
    }
  }

  fetchOffered(file: string, limit: Bytes, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return this.fetch(`${this.#base}${WHEELS_PATH}${encodeURIComponent(file)}`, limit, signal);
  }
}
