// One page in front of a class host, under the same address: the page is there also while the host is not.

import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Where the page is. */
const PAGE = "/kill-page";

export class PageFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number, html: string) {
    this.#server = createServer({ noDelay: true }, (near) => {
      this.#keep(near);
      near.once("data", (head: Buffer) => {
        if (head.toString("latin1").startsWith(`GET ${PAGE} `)) near.end(answer(html));
        else this.#passOn(near, head, target);
      });
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

  #passOn(near: Socket, head: Buffer, target: number): void {
    const far = this.#keep(connect({ port: target, host: "127.0.0.1", noDelay: true }));
    far.write(head);
    near.pipe(far);
    far.pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    return socket;
  }
}

function answer(html: string): Buffer {
  const body = Buffer.from(html);
  const head = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", `Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\nConnection: close\r\n\r\n`), body]);
}
