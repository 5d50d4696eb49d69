import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { toBase64url } from "#shared/base/base64url.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { sendText } from "../http/sendText.ts";

/** What answers with a backup of the class while it runs. */
export const BACKUP_PATH = "/backup";
const TOKEN_BYTES = 32;

export interface ControlServerOptions {
  /** The bytes of a backup, made anew for each call. */
  readonly backup: () => AsyncIterable<Uint8Array>;
  readonly logger: Logger;
}

/**
 * What a host does for other programs of the user who runs it: on loopback alone, and only for who shows the token, which
 * stands in a file that nobody else may read.
 */
export class ControlServer {
  readonly token = toBase64url(randomBytes(TOKEN_BYTES));
  readonly #options: ControlServerOptions;
  readonly #server: Server;
  #isBusy = false;

  private constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(options: ControlServerOptions): Promise<ControlServer> {
    const control = new ControlServer(options);
    await new Promise<void>((resolve, reject) => {
      control.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return control;
  }

  get port(): number {
    // reason: a listening TCP server has an address with a port; only pipes have a name.
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Never rejects. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isAllowed(request)) sendText(response, 403, "only for the user who runs the host");
    else if (request.method !== "POST" || request.url !== BACKUP_PATH) sendText(response, 404, "nothing here");
    else if (this.#isBusy) sendText(response, 503, "a backup is being made already");
    else await this.#sendBackup(response);
  }

  #isAllowed({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? "");
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  async #sendBackup(response: ServerResponse): Promise<void> {
    this.#isBusy = true;
    try {
      response.writeHead(200, { "Content-Type": "application/x-tar", "Cache-Control": "no-store" });
      await pipeline(Readable.from(this.#options.backup()), response);
      this.#options.logger.info("a backup was made");
    } catch (error) {
      // The connection is broken off, so that nobody takes the part that was sent for the whole.
      this.#options.logger.error("a backup was not made", { error });
    } finally {
      this.#isBusy = false;
    }
  }
}
