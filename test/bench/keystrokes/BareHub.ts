// The least that joins two Yjs pages: y-protocols over `ws`, nothing kept, nothing checked. What Meshbook is compared with.

import type { AddressInfo } from "node:net";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { WebSocketServer } from "ws";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";

export class BareHub {
  readonly #doc = new Y.Doc();
  readonly #server = new WebSocketServer({ host: "127.0.0.1", port: 0 });

  private constructor() {
    this.#server.on("connection", (socket) => {
      socket.binaryType = "arraybuffer";
      socket.on("message", (data: ArrayBuffer) => {
        const bytes = new Uint8Array(data);
        if (bytes[0] !== 0) return;
        const decoder = decoding.createDecoder(bytes);
        const answer = encoding.createEncoder();
        encoding.writeVarUint(answer, decoding.readVarUint(decoder));
        syncProtocol.readSyncMessage(decoder, answer, this.#doc, socket);
        if (encoding.length(answer) > 1) socket.send(encoding.toUint8Array(answer));
      });
    });
    this.#doc.on("update", (update: Uint8Array, from: unknown) => {
      const frame = encoding.createEncoder();
      encoding.writeVarUint(frame, 0);
      syncProtocol.writeUpdate(frame, update);
      for (const socket of this.#server.clients) if (socket !== from) socket.send(encoding.toUint8Array(frame));
    });
  }

  static async start(): Promise<BareHub> {
    const hub = new BareHub();
    await new Promise<void>((resolve) => hub.#server.once("listening", resolve));
    return hub;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#doc.destroy();
  }
}
