import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP port in front of another, that keeps everything which goes through it, both ways. */
export class RecordingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #pieces: string[] = [];

  static async start(target: number): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  private constructor(target: number) {
    this.#server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on("data", (bytes) => this.#pieces.push(bytes.toString("latin1")));
        from.on("error", () => {});
        from.on("close", () => to.destroy());
        from.pipe(to);
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** One character for each byte, in the order in which they came. */
  get recorded(): string {
    return this.#pieces.join("");
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
