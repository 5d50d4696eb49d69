// Serves one test page on every address of this machine, and signalling for peer-to-peer next to it: what a class host does
// without its hub. Chromium takes the page for secure on 127.0.0.1 and for insecure on the LAN address.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { WebSocketServer } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { SIGNALLING_MESSAGE_LIMIT, SIGNALLING_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { Signalling } from "../../broker/signalling/Signalling.ts";

export class PageServer {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: SIGNALLING_MESSAGE_LIMIT });
  readonly #signalling = new Signalling(systemClock, silentLogger);
  /** Every text that went through signalling, as the server saw it. */
  readonly seen: string[] = [];
  #stopped = false;

  private constructor(script: string) {
    const html = `<!doctype html><meta charset="utf-8"><title>test page</title><body><script src="/page.js"></script>`;
    this.#server = createServer((request, response) => {
      const isScript = request.url === "/page.js";
      response.setHeader("Content-Type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
      response.end(isScript ? script : html);
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket, head) => {
      if (this.#stopped || !request.url?.startsWith(SIGNALLING_PATH)) {
        socket.destroy();
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on("message", (data: Buffer) => this.seen.push(data.toString("utf8")));
        this.#signalling.accept(webSocket);
      });
    });
  }

  /** Serves `script` on a free port, in a page of its own. */
  static async start(script: string): Promise<PageServer> {
    const server = new PageServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, "0.0.0.0", resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The page as browsers take for secure. */
  get local(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The page as it is opened from another computer; undefined on a machine without a network. */
  get lan(): string | undefined {
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const address = addresses.find((one) => one.family === "IPv4" && !one.internal);
    return address && `http://${address.address}:${this.port}`;
  }

  /** Open signalling connections. */
  get sockets(): number {
    return this.#sockets.clients.size;
  }

  /** Sends a text to every signalling client, as a broken or hostile server would. */
  sendRaw(text: string): void {
    for (const client of this.#sockets.clients) client.send(text);
  }

  /** From now on nobody is introduced to anybody: the server is gone for those who are there. */
  stopSignalling(): void {
    this.#stopped = true;
    for (const client of this.#sockets.clients) client.terminate();
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
