// The least that joins two Yjs pages: y-protocols over `ws`, nothing kept, nothing checked. What Meshbook is compared with.

import type { AddressInfo } from "node:net";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { WebSocketServer, type WebSocket } from "ws";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";

/** First number of a frame of y-websocket that holds a message of y-protocols/sync. */
const SYNC = 0;

/** Each path is a room of its own, as with a stock y-websocket server. */
export class BareHub {
  readonly #rooms = new Map<string, BareRoom>();
  readonly #server = new WebSocketServer({ host: "127.0.0.1", port: 0 });

  private constructor() {
    this.#server.on("connection", (socket, { url = "" }) => {
      const room = this.#rooms.get(url) ?? new BareRoom();
      this.#rooms.set(url, room);
      room.join(socket);
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
  }
}

class BareRoom {
  readonly #doc = new Y.Doc();
  readonly #sockets = new Set<WebSocket>();

  constructor() {
    this.#doc.on("update", (update: Uint8Array, from: unknown) => {
      const frame = syncFrame((encoder) => syncProtocol.writeUpdate(encoder, update));
      for (const socket of this.#sockets) if (socket !== from) socket.send(frame);
    });
  }

  join(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.binaryType = "arraybuffer";
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (data: ArrayBuffer) => this.#received(socket, new Uint8Array(data)));
    // What it wrote before it was connected, or while it was not.
    socket.send(syncFrame((encoder) => syncProtocol.writeSyncStep1(encoder, this.#doc)));
  }

  #received(socket: WebSocket, bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    if (decoding.readVarUint(decoder) !== SYNC) {
      // Presence goes to all, also back: a stock client takes half a minute without a message for a dead connection.
      for (const each of this.#sockets) each.send(bytes);
      return;
    }
    const answer = encoding.createEncoder();
    encoding.writeVarUint(answer, SYNC);
    syncProtocol.readSyncMessage(decoder, answer, this.#doc, socket);
    // Its first number alone is no answer.
    if (encoding.length(answer) > 1) socket.send(encoding.toUint8Array(answer));
  }
}

function syncFrame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
