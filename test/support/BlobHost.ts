import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { BlobRequest } from "#shared/adapters/blobs/blobRequest.ts";

/** A class host as blobs see it, over real http: GET, HEAD and PUT of /blobs/<room>/<hash>. Can be told to misbehave. */
export class BlobHost {
  readonly blobs = new Map<string, Uint8Array>();
  /** `METHOD path`, as they came. */
  readonly requests: string[] = [];
  /** The status to answer a PUT of this path with instead of storing it; undefined to store it. */
  refusal: (path: string) => number | undefined = () => undefined;
  /** Answers nothing: the connection is cut. */
  away = false;
  /** Takes requests and never answers. */
  silent = false;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    this.requests.push(`${request.method} ${path}`);
    if (this.silent) return;
    if (this.away) {
      request.socket.destroy();
      return;
    }
    if (request.method === "PUT") {
      const body = await buffer(request);
      const refused = this.refusal(path);
      if (refused === undefined) this.blobs.set(path, new Uint8Array(body));
      response.writeHead(refused ?? 201).end();
      return;
    }
    const blob = this.blobs.get(path);
    response.writeHead(blob ? 200 : 404, blob ? { "content-length": blob.length } : {});
    response.end(request.method === "GET" && blob ? blob : undefined);
  }
}

export const nodeBlobRequest: BlobRequest = (url, { method, body, signal }) =>
  fetch(url, { method, signal, ...(body ? { body: body.slice() } : {}) });
