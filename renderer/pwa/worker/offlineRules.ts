// What the service worker does with a request, decided purely.

import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";

/**
 * `app`: the page itself, from the build that is installed; `notebook`: the same for a notebook. `runner`: the sandboxed frame, with its own headers.
 * `file`: one of the build's files. `later`: one that is kept when it is first asked for. `network`: not ours; the browser goes on as if there were no service worker.
 */
export type OfflineRule = "app" | "notebook" | "runner" | "file" | "later" | "network";

/** What of a request decides. */
export interface AskedRequest {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/** Files here have their content's hash in their name: one that is found is the right one, of whichever build. */
const HASHED_FOLDER = "/assets/";

/** Files right in that folder, which are kept with the build, as a pattern of addresses. */
export const BUILT_FILES = "/assets/:file";

/** What only some notebooks need, Python for one: also with hashes in the names. */
const LATER_FOLDERS = ["/assets/python/", "/assets/later/"];

/**
 * Everything that is not the app's own build goes to the network untouched: `/sync`, `/signal`, `/mqtt`, `/blobs`,
 * `/host.json`, and whatever a host will have one day. So what is kept is a list, and what is not kept is the rest.
 */
export function offlineRule(request: AskedRequest, origin: string, files: ReadonlySet<string>): OfflineRule {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin) return "network";
  if (url.pathname === RUNNER_PATH) return "runner";
  if (request.mode === "navigate") return appPage(url.pathname) ?? "network";
  if (LATER_FOLDERS.some((folder) => url.pathname.startsWith(folder))) return "later";
  return url.pathname.startsWith(HASHED_FOLDER) || files.has(url.pathname) ? "file" : "network";
}

/** Which of the app's pages stands at an address. */
function appPage(path: string): "app" | "notebook" | undefined {
  if (path.startsWith("/n/")) return "notebook";
  return path === "/" || path === "/index.html" ? "app" : undefined;
}

export const isHashed = (path: string): boolean => path.startsWith(HASHED_FOLDER);
