import { connect, type AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Logger } from "#shared/ports/Logger.ts";
import type { BrokerAddress } from "../mqtt/process/pipeToBroker.ts";
import type { HostTls } from "./HostTls.ts";

/** Connections at a time, as of the broker behind it. */
const CONNECTIONS_LIMIT = 1000;
/** Milliseconds that a handshake may take. */
const HANDSHAKE_TIMEOUT = 10_000;

export interface TlsFrontOptions {
  readonly tls: HostTls;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly broker: BrokerAddress;
  readonly logger: Logger;
}

/** MQTT over TLS: takes the TLS off and passes the bytes on to the broker, which then listens on loopback alone. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();

  private constructor({ tls, broker, logger }: TlsFrontOptions) {
    this.#server = createServer({ ...tls.credentials, handshakeTimeout: HANDSHAKE_TIMEOUT }, (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      join(socket, broker);
    });
    this.#server.maxConnections = CONNECTIONS_LIMIT;
    this.#server.on("tlsClientError", (error) => logger.debug("a TLS handshake failed", { error }));
    tls.serve(this.#server);
  }

  /** @throws NodeJS.ErrnoException when the port cannot be listened on */
  static async start(options: TlsFrontOptions): Promise<TlsFront> {
    const front = new TlsFront(options);
    await new Promise<void>((resolve, reject) => {
      front.#server.once("error", reject).listen(options.port, options.host, () => {
        front.#server.off("error", reject);
        resolve();
      });
    });
    return front;
  }

  get port(): number {
    // reason: a listening TCP server has an address with a port; only pipes have a name.
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

/** Pipes hold back whoever sends faster than the other reads; an end on one side is passed on before the other closes. */
function join(client: TLSSocket, address: BrokerAddress): void {
  client.setNoDelay(true);
  const broker = connect({ ...address, noDelay: true });
  client.pipe(broker);
  broker.pipe(client);
  client.on("error", () => broker.destroy());
  broker.on("error", () => client.destroy());
  client.on("close", () => broker.end());
  broker.on("close", () => client.end());
}
