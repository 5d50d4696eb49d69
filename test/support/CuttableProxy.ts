import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP port in front of another, whose cable can be cut. */
export class CuttableProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cut = false;

  static async start(target: number): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  private constructor(target: number) {
    this.#server = createServer({ noDelay: true }, (near) => {
      if (this.#cut) {
        near.destroy();
        return;
      }
      const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      near.pipe(far);
      far.pipe(near);
      for (const socket of pair) {
        socket.on("error", () => {});
        socket.on("close", () => this.#destroy(pair));
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes that went through the connections that are open now, both ways, as TCP carries them. */
  get bytes(): number {
    return [...this.#pairs].reduce((sum, [near, far]) => sum + near.bytesRead + far.bytesRead, 0);
  }

  /** Breaks every connection without a goodbye and refuses new ones until `mend`. */
  cut(): void {
    this.#cut = true;
    for (const pair of [...this.#pairs]) this.#destroy(pair);
  }

  mend(): void {
    this.#cut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #destroy(pair: readonly [Socket, Socket]): void {
    this.#pairs.delete(pair);
    for (const socket of pair) socket.resetAndDestroy();
  }
}
