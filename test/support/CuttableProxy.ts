import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Transform, type TransformCallback } from "node:stream";

/** From who connects to the port behind, or back. */
export type Direction = "up" | "down";

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  readonly gates: Readonly<Record<Direction, Gate>>;
}

/** A TCP port in front of another, whose cable can be cut, let through one way only, or be slow. */
export class CuttableProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #stopped = new Set<Direction>();
  #bytesPerSecond = Infinity;
  #cut = false;
  #accepted = 0;

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
      this.#accepted += 1;
      const pair: Pair = { near, far, gates: { up: new Gate(), down: new Gate() } };
      this.#pairs.add(pair);
      this.#setGates(pair);
      near.pipe(pair.gates.up).pipe(far);
      far.pipe(pair.gates.down).pipe(near);
      for (const socket of [near, far]) {
        socket.on("error", () => {});
        socket.on("close", () => this.#destroy(pair));
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Bytes that went through the connections that are open now, both ways, as TCP carries them. */
  get bytes(): number {
    return [...this.#pairs].reduce((sum, { near, far }) => sum + near.bytesRead + far.bytesRead, 0);
  }

  /** Breaks every connection without a goodbye and refuses new ones until `mend`. */
  cut(): void {
    this.#cut = true;
    for (const pair of [...this.#pairs]) this.#destroy(pair);
  }

  /** Keeps connections, and lets nothing through one way, until `mend`. What was sent meanwhile comes then. */
  stop(direction: Direction): void {
    this.#stopped.add(direction);
    for (const pair of this.#pairs) this.#setGates(pair);
  }

  /** Lets so many bytes through each way and connection, until `mend`. */
  slow(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    for (const pair of this.#pairs) this.#setGates(pair);
  }

  mend(): void {
    this.#cut = false;
    this.#stopped.clear();
    this.slow(Infinity);
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #setGates({ gates }: Pair): void {
    for (const direction of ["up", "down"] as const) {
      gates[direction].set(this.#stopped.has(direction) ? 0 : this.#bytesPerSecond);
    }
  }

  #destroy(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const gate of [pair.gates.up, pair.gates.down]) gate.destroy();
    for (const socket of [pair.near, pair.far]) socket.resetAndDestroy();
  }
}

/** Lets bytes through at a rate; none at all at 0. */
class Gate extends Transform {
  #bytesPerSecond = Infinity;
  #waiting: (() => void) | undefined;
  #pause: NodeJS.Timeout | undefined;

  set(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const rate = this.#bytesPerSecond;
    if (rate === 0) {
      this.#waiting = () => this._transform(chunk, _encoding, done);
    } else if (rate === Infinity) {
      done(null, chunk);
    } else {
      this.#pause = setTimeout(() => done(null, chunk), (chunk.length / rate) * 1000);
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#pause);
    this.#waiting = undefined;
    callback(error);
  }
}
