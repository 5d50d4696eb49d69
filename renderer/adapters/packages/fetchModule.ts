import { formatBytes, type Bytes } from "#shared/base/units.ts";
import { ModuleFetchError, type FetchModule } from "#shared/ports/ModuleFetch.ts";

/** Types under which servers send programs. */
const SCRIPT = /^(?:text|application)\/(?:x-)?(?:java|ecma|type)script\b/i;

/** As a page may: without cookies and without saying where from. */
export const fetchModule: FetchModule = async (url, limit, signal) => {
  const response = await ask(url, signal);
  const found = response.url === "" ? url : response.url;
  if (!response.ok) throw new ModuleFetchError(statusWords(response.status, found), false);
  const type = response.headers.get("Content-Type") ?? "";
  if (!SCRIPT.test(type)) {
    throw new ModuleFetchError(`${found} is no module of JavaScript, but “${type.slice(0, 100)}”`, false);
  }
  return { url: found, source: await readText(response, limit, found) };
};

export async function ask(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", mode: "cors", signal });
  } catch (error) {
    throw new ModuleFetchError(`${url} cannot be reached`, true, { cause: error });
  }
}

export function statusWords(status: number, url: string): string {
  if (status === 404) return `there is none at ${url}: look at its name and version`;
  return `the server of ${url} answered with an error (${status})`;
}

async function readText(response: Response, limit: Bytes, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  await readParts(response, limit, { url, take: (part) => (text += decoder.decode(part, { stream: true })) });
  return text + decoder.decode();
}

/** Hands on what comes, part by part, up to a limit. @throws ModuleFetchError */
export async function readParts(
  response: Response,
  limit: Bytes,
  { url, take }: { readonly url: string; readonly take: (part: Uint8Array<ArrayBuffer>) => void },
): Promise<void> {
  const reader = response.body?.getReader();
  let size = 0;
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      size += part.value.byteLength;
      if (size > limit) throw new ModuleFetchError(`${url} is larger than ${formatBytes(limit)}`, false);
      take(part.value);
    }
  } catch (error) {
    void reader?.cancel().catch(() => undefined);
    if (error instanceof ModuleFetchError) throw error;
    throw new ModuleFetchError(`${url} broke off`, true, { cause: error });
  }
}
