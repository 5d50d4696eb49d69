import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { APP_HEADERS, RUNNER_HEADERS } from "#shared/contracts/host/pageHeaders.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Serves a built site as a class host does, on one port that stays the same when it stops and starts again. */
export class SiteServer {
  /** Paths in the order they were asked for. */
  readonly requests: string[] = [];
  #folder: string;
  #port = 0;
  #server: Server | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A newer build. */
  serve(folder: string): void {
    this.#folder = folder;
  }

  async start(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return `http://127.0.0.1:${this.#port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server?.close(() => resolve());
      this.#server?.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://host").pathname;
    this.requests.push(path);
    if (/^\/(host\.json|blobs|sync|signal|mqtt)/.test(path)) {
      response.end(JSON.stringify({ asked: this.requests.length }));
      return;
    }
    const file = path === "/" ? "/index.html" : path.startsWith("/n/") ? "/notebook.html" : path;
    try {
      const body = await readFile(join(this.#folder, file));
      const headers = file === "/runner.html" ? RUNNER_HEADERS : APP_HEADERS;
      response.writeHead(200, { ...headers, "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}
