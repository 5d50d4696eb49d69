import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import { APP_HEADERS, RUNNER_HEADERS, type HeaderSet } from "#shared/contracts/host/pageHeaders.ts";
import { chooseCoding, Compressed, isCompressible } from "./Compressed.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".py": "text/x-python; charset=utf-8",
  ".snapshot": "application/x-memory-snapshot",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
};

/** The build puts a hash of the content into names under this path, so they never change. */
const HASHED_PATH = "/assets/";
const YEAR_SECONDS = 31_536_000;

/** Addresses of notebooks, which have one page: the app itself reads the address. */
const NOTEBOOK_PAGE = /^\/n\/[A-Za-z0-9_-]+\/?$/;
/** Plain names only: no `..`, nothing hidden, nothing that a file system reads in its own way. */
const FILE_PATH = /^(\/[A-Za-z0-9_@-][A-Za-z0-9_@.-]*)+$/;

interface CachedFile {
  readonly modified: number;
  readonly size: number;
  readonly etag: string;
  readonly content: Compressed;
}

/** The built web app: files of one folder, read once and kept compressed; read again when a new build replaced them. */
export class StaticFiles {
  readonly #folder: string;
  readonly #cache = new Map<string, CachedFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers a GET or HEAD for `path`; false if there is no such file. */
  async serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const name = path === "/" ? "/index.html" : NOTEBOOK_PAGE.test(path) ? "/notebook.html" : path;
    const file = FILE_PATH.test(name) ? await this.#read(name) : undefined;
    if (file === undefined) return false;
    const headers = headersOf(name, file);
    if (request.headers["if-none-match"] === file.etag) {
      response.writeHead(304, headers).end();
      return true;
    }
    const type = headers["Content-Type"] ?? "";
    const compressible = isCompressible(type, file.size);
    const coding = compressible ? chooseCoding(request.headers["accept-encoding"]) : "identity";
    const body = await file.content.get(coding);
    response.writeHead(200, {
      ...headers,
      "Content-Length": body.length,
      ...(compressible ? { Vary: "Accept-Encoding" } : {}),
      ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
    return true;
  }

  async #read(name: string): Promise<CachedFile | undefined> {
    const path = join(this.#folder, name);
    try {
      const stats = await stat(path);
      if (!stats.isFile()) return undefined;
      const { mtimeMs: modified, size } = stats;
      const known = this.#cache.get(name);
      if (known?.modified === modified && known.size === size) return known;
      const content = await readFile(path);
      const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
      const file = { modified, size: content.length, etag, content: new Compressed(content) };
      this.#cache.set(name, file);
      return file;
    } catch {
      return undefined;
    }
  }
}

function headersOf(name: string, file: CachedFile): HeaderSet {
  return {
    ...(name === RUNNER_PATH ? RUNNER_HEADERS : APP_HEADERS),
    "Content-Type": CONTENT_TYPES[extname(name)] ?? "application/octet-stream",
    "Cache-Control": name.startsWith(HASHED_PATH) ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
    ETag: file.etag,
  };
}
