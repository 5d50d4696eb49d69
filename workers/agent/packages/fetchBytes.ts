import { Buffer } from "node:buffer";
import { formatBytes, type Bytes } from "#shared/base/units.ts";
import { ModuleFetchError, type FetchModule } from "#shared/ports/ModuleFetch.ts";

export interface FetchedBytes {
  readonly url: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What stands at an address, up to a limit. @throws ModuleFetchError */
export async function fetchBytes(url: string, limit: Bytes, signal: AbortSignal): Promise<FetchedBytes> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw new ModuleFetchError(`${url} cannot be reached`, true, { cause: error });
  });
  if (!response.ok) {
    throw new ModuleFetchError(`the server of ${url} answered with an error (${response.status})`, false);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      // reason: a body gives bytes.
      const bytes = part as Uint8Array;
      size += bytes.byteLength;
      if (size > limit) throw new ModuleFetchError(`${url} is larger than ${formatBytes(limit)}`, false);
      parts.push(bytes);
    }
  } catch (error) {
    if (error instanceof ModuleFetchError) throw error;
    throw new ModuleFetchError(`${url} broke off`, true, { cause: error });
  }
  return { url: response.url, bytes: new Uint8Array(Buffer.concat(parts)) };
}

/** The text of a module. Whether it is one its reader says. */
export const fetchModule: FetchModule = async (asked, limit, signal) => {
  const { url, bytes } = await fetchBytes(asked, limit, signal);
  return { url, source: new TextDecoder().decode(bytes) };
};
