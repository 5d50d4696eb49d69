import type { Socket } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ServerResponse } from "node:http";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Metric } from "#shared/telemetry/exposition.ts";
import { LOOP_RESOLUTION, measureProcess } from "#shared/telemetry/processMetrics.ts";
import type { WebServer } from "../http/createHttpServer.ts";
import { hostMetrics, type HostFacts, type HubFacts } from "./metricsOfHost.ts";
import { SocketBytes } from "./SocketBytes.ts";
import { StorageSizes, type StorageParts } from "./StorageSizes.ts";

export interface HostMetricsOptions {
  readonly version: string;
  readonly secure: boolean;
  readonly hub: { readonly counts: HubFacts };
  readonly mqtt: () => HostFacts["mqtt"];
  readonly storage: StorageParts;
  readonly clock: Clock;
}

/** Counts what a host does, and tells it together with what its parts count themselves. */
export class HostMetrics {
  readonly #options: HostMetricsOptions;
  readonly #process = measureProcess({ process, loop: monitorEventLoopDelay({ resolution: LOOP_RESOLUTION }) });
  readonly #bytes = new SocketBytes();
  readonly #storage: StorageSizes;
  readonly #responses: Record<string, number> = {};
  #refusedSockets = 0;

  constructor(options: HostMetricsOptions) {
    this.#options = options;
    this.#storage = new StorageSizes(options.storage, options.clock);
  }

  /** Counts what goes through the server. */
  watch(server: WebServer): void {
    server.on(this.#options.secure ? "secureConnection" : "connection", (socket: Socket) => this.#bytes.add(socket));
    server.on("request", (_request: unknown, response: ServerResponse) => {
      response.once("finish", () => {
        const code = `${Math.floor(response.statusCode / 100)}xx`;
        this.#responses[code] = (this.#responses[code] ?? 0) + 1;
      });
    });
  }

  readonly refusedSocket = (): void => {
    this.#refusedSockets += 1;
  };

  readonly measure = async (): Promise<readonly Metric[]> => {
    const { version, hub, mqtt } = this.#options;
    const http = { responses: this.#responses, refusedSockets: this.#refusedSockets };
    const storage = await this.#storage.read();
    const facts = { version, hub: hub.counts, http, traffic: this.#bytes.totals, mqtt: mqtt(), storage };
    return [...hostMetrics(facts), ...this.#process()];
  };
}
