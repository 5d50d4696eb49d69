// One page in front of a class host, under the same address: the page is there also while the host is not.

import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** Where the page is. */
const PAGE = "/kill-page";

export class PageFront {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(target: number, html: string) {
    // Each request is looked at, not each connection: a browser asks for the page over one it had for something else.
    this.#server = createServer((request, response) => {
      if (request.url !== PAGE) response.writeHead(404).end();
      else response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html);
    });
    this.#server.on("connection", (socket) => this.#keep(socket));
    this.#server.on("upgrade", (request, near, head) => {
      const far = this.#keep(connect({ port: target, host: "127.0.0.1", noDelay: true }));
      far.write(Buffer.concat([headOf(request), head]));
      near.pipe(far);
      far.pipe(near);
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
    });
  }

  static async open(target: number, html: string): Promise<PageFront> {
    const front = new PageFront(target, html);
    await new Promise<void>((resolve) => front.#server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${PAGE}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #keep<S extends Duplex>(socket: S): S {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    return socket;
  }
}

function headOf({ method, url, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
