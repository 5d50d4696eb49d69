import { parseJson } from "#shared/base/parseJson.ts";

/** Paths of the files of this build that have their hash in their name; written by build/buildServiceWorker.mjs. */
const PARTS_PATH = "/parts.json";

/**
 * For pages to which browsers give no service worker: fetches all parts of the app into the browser's own cache, where what
 * is opened later is found although the host is gone. One after the other, behind all else. Gives up quietly: parts are
 * fetched when they are needed, too.
 */
export async function fetchParts(): Promise<void> {
  try {
    const paths = parseJson(await (await fetch(PARTS_PATH, { cache: "no-cache" })).text());
    if (!Array.isArray(paths)) return;
    for (const path of paths) {
      if (typeof path === "string") await (await fetch(path, { priority: "low" })).arrayBuffer();
    }
  } catch {
    // The host is gone already, or this is a page under development.
  }
}
