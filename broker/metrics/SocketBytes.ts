import type { Socket } from "node:net";

/** Bytes that went through sockets, those that are open included. */
export class SocketBytes {
  readonly #open = new Set<Socket>();
  #read = 0;
  #written = 0;

  /** Counts a socket from its first byte to its last. */
  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#read += socket.bytesRead;
      this.#written += socket.bytesWritten;
    });
  }

  /** Both only ever rise. */
  get totals(): { readonly read: number; readonly written: number } {
    let [read, written] = [this.#read, this.#written];
    for (const socket of this.#open) {
      read += socket.bytesRead;
      written += socket.bytesWritten;
    }
    return { read, written };
  }
}
