import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "../../../broker/tls/certificate.ts";

/** A server of modules on this computer, by https with a certificate of its own, as esm.sh is one. */
export class ModuleServer {
  /** Path without its question → module. */
  readonly files = new Map<string, string>();
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  /** Who trusts this, in PEM, trusts the server. */
  readonly certificate: string;
  readonly #server: Server;

  private constructor(server: Server, certificate: string) {
    this.#server = server;
    this.certificate = certificate;
  }

  static async start(): Promise<ModuleServer> {
    const { cert, key } = await makeCertificate(["127.0.0.1"], Date.now());
    const server = createServer({ cert, key });
    const modules = new ModuleServer(server, cert);
    server.on("request", (request, response) => {
      const path = new URL(request.url ?? "/", "https://127.0.0.1").pathname;
      modules.asked.push(path);
      const found = modules.files.get(path);
      const type = path.endsWith(".whl") ? "application/octet-stream" : "text/javascript";
      response.writeHead(found === undefined ? 404 : 200, {
        "Content-Type": type,
        "Access-Control-Allow-Origin": "*",
      });
      response.end(found);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return modules;
  }

  get origin(): string {
    // reason: it listens on a port.
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
