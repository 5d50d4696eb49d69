import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { exposition, EXPOSITION_TYPE, type Metric } from "#shared/telemetry/exposition.ts";
import { hostNameOf } from "../requestGuard.ts";
import { isLoopback } from "../hostNames.ts";
import { sendText } from "../sendText.ts";

export const METRICS_PATH = "/metrics";

/** Who else than this computer may read: nobody; everybody who reaches the host; or whoever shows the token. */
export type MetricsAccess = "this computer" | "everybody" | { readonly token: string };

/** `GET /metrics`: what the host counts, for Prometheus. */
export class MetricsRoute {
  readonly #access: MetricsAccess;
  readonly #measure: () => Promise<readonly Metric[]>;

  constructor(access: MetricsAccess, measure: () => Promise<readonly Metric[]>) {
    this.#access = access;
    this.#measure = measure;
  }

  /** GET or HEAD; others were refused before. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOfThisComputer(request) && !this.#isOpenTo(request)) {
      const asks = typeof this.#access === "object";
      if (asks) response.setHeader("WWW-Authenticate", "Bearer");
      const how = asks ? "send the token: Authorization: Bearer …" : "start the host with --metrics to open them";
      sendText(response, asks ? 401 : 403, `metrics are for this computer alone; ${how}`);
      return;
    }
    const text = exposition(await this.#measure());
    response.writeHead(200, {
      "Content-Type": EXPOSITION_TYPE,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
    });
    response.end(request.method === "HEAD" ? undefined : text);
  }

  #isOpenTo({ headers }: IncomingMessage): boolean {
    if (typeof this.#access === "string") return this.#access === "everybody";
    const [scheme, shown = ""] = (headers.authorization ?? "").split(" ");
    // Hashes, because only what is equally long can be compared in a time that tells nothing.
    return scheme?.toLowerCase() === "bearer" && timingSafeEqual(hash(shown), hash(this.#access.token));
  }
}

/** What a proxy on this computer passes on comes from elsewhere, and says so by its name or in a header. */
function isOfThisComputer({ socket, headers }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const passedOn = headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined;
  return isLoopback(address) && isLoopback(hostNameOf(headers.host) ?? "") && !passedOn;
}

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
