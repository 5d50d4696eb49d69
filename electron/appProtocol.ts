// Serves the built page under `app://meshbook/` and the runner frame under `app://runner/`.

// The default import is the object that Electron teaches to read inside its archive; named imports may be older copies.
import fs from "node:fs";
import { extname, join, sep } from "node:path";
import { DESKTOP_RUNNER_ORIGIN } from "#shared/contracts/page/desktopApi.ts";
import { APP_HEADERS, DESKTOP_ORIGIN, RUNNER_HEADERS, type HeaderSet } from "#shared/contracts/host/pageHeaders.ts";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import { APP_SCHEME } from "./security.ts";

/** What one request asks for. `path` is relative to the folder of the built page and has only plain names in it. */
export type AppRequest =
  | { readonly type: "file"; readonly path: readonly string[]; readonly headers: HeaderSet }
  | { readonly type: "refuse"; readonly status: 400 | 404 | 405 };

const INDEX = "index.html";
const RUNNER = RUNNER_PATH.slice(1);
/** Longest path, in UTF-16 units: our longest is a hashed file name of a tenth of this. */
const PATH_LIMIT = 1024;
/** Characters that would leave the folder, name a device or stream on Windows, or end a C string. */
// oxlint-disable-next-line no-control-regex -- reason: control characters are what is looked for.
const UNSAFE = /[/\\:*?"<>|\u0000-\u001f]/;

/** The page's policy where it runs from disk: class hosts are elsewhere, and so is the runner. */
export const DESKTOP_APP_HEADERS: HeaderSet = {
  ...APP_HEADERS,
  "Content-Security-Policy": withSources(APP_HEADERS["Content-Security-Policy"] ?? "", {
    "connect-src": "http:",
    "frame-src": DESKTOP_RUNNER_ORIGIN,
  }),
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** Decides what a request asks for, by its method and address alone. */
export function readAppRequest(method: string, address: string): AppRequest {
  if (method !== "GET") return refuse(405);
  const url = parseAddress(address);
  if (url === undefined) return refuse(400);
  const path = readPath(url.pathname);
  if (path === undefined) return refuse(400);
  return url.host === "runner" ? runnerFile(path) : pageFile(path);
}

/** Answers one request from the folder `root`. Never rejects: a request that fails is an answer with a status. */
export async function answerAppRequest(request: Pick<Request, "method" | "url">, root: string): Promise<Response> {
  const asked = readAppRequest(request.method, request.url);
  if (asked.type === "refuse") return refusal(asked.status);
  const content = await readInside(root, asked.path);
  if (content === undefined) return refusal(404);
  const type = MEDIA_TYPES[extname(asked.path.at(-1) ?? "").toLowerCase()] ?? "application/octet-stream";
  return new Response(content, { status: 200, headers: { ...asked.headers, "Content-Type": type } });
}

function parseAddress(address: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  const known = url.host === "meshbook" || url.host === "runner";
  const plain = url.protocol === `${APP_SCHEME}:` && url.username === "" && url.password === "";
  return known && plain ? url : undefined;
}

/** The names along the path; undefined if one of them could mean anything but a file of ours. */
function readPath(pathname: string): readonly string[] | undefined {
  if (pathname.length > PATH_LIMIT) return undefined;
  const names: string[] = [];
  for (const encoded of pathname.split("/").slice(1)) {
    let name: string;
    try {
      // Once only, and after splitting: `%2f` must not become a separator, nor `%252e` a dot.
      name = decodeURIComponent(encoded);
    } catch {
      return undefined;
    }
    if (name === "") continue;
    if (UNSAFE.test(name) || name.startsWith(".")) return undefined;
    names.push(name);
  }
  return names;
}

/** Addresses without an extension are places in the app, for which its router has a page. */
function pageFile(path: readonly string[]): AppRequest {
  const last = path.at(-1) ?? "";
  // The runner never gets the page's origin, not even as a document with the page's headers.
  if (last === RUNNER) return refuse(404);
  return { type: "file", path: extname(last) === "" ? [INDEX] : path, headers: DESKTOP_APP_HEADERS };
}

function runnerFile(path: readonly string[]): AppRequest {
  return path.length === 1 && path[0] === RUNNER ? { type: "file", path, headers: RUNNER_HEADERS } : refuse(404);
}

/** The file's bytes; undefined if there is none, or if links lead out of the folder. */
async function readInside(root: string, path: readonly string[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const realRoot = await fs.promises.realpath(root);
    const file = await fs.promises.realpath(join(realRoot, ...path));
    if (!file.startsWith(realRoot + sep)) return undefined;
    return new Uint8Array(await fs.promises.readFile(file));
  } catch {
    // Not there, a folder, or not readable: for the page it is all the same.
    return undefined;
  }
}

function refuse(status: 400 | 404 | 405): AppRequest {
  return { type: "refuse", status };
}

function refusal(status: 400 | 404 | 405): Response {
  return new Response(`Meshbook has nothing here (${status}).`, {
    status,
    headers: { ...DESKTOP_APP_HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  });
}

/** Adds sources to directives of a policy. @throws Error if the policy does not have the directive */
function withSources(policy: string, added: Readonly<Record<string, string>>): string {
  const directives = policy.split("; ");
  for (const [name, sources] of Object.entries(added)) {
    const at = directives.findIndex((directive) => directive.startsWith(`${name} `));
    const directive = directives[at];
    if (directive === undefined) throw new Error(`the page's policy has no ${name}`);
    directives[at] = `${directive} ${sources}`;
  }
  return directives.join("; ");
}

/** The page the window opens. */
export const START_ADDRESS = `${DESKTOP_ORIGIN}/`;
