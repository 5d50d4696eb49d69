// The smallest host that speaks the hub's protocol over real sockets, for tests of the client half: it stores late, can be
// cut off, says wrong things on demand, and counts its sockets. The product's own hub is in broker/.

import type { AddressInfo } from "node:net";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { WebSocketServer, type WebSocket } from "ws";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";
import { FRAME_AWARENESS, FRAME_HELD, FRAME_SYNC, HUB_FRAME_LIMIT } from "#shared/contracts/host/hubProtocol.ts";

/** Storing takes this long, so that "held" said too early is caught (milliseconds). */
const STORE_DELAY = 15;

export class TestHub {
  readonly doc = new Y.Doc();
  /** What would be there after a power cut at this instant. */
  readonly disk = new Y.Doc();
  readonly #awareness = new Awareness(this.doc);
  readonly #frames = new Map<WebSocket, number>();
  readonly #shownBy = new Map<WebSocket, Set<number>>();
  #server: WebSocketServer | undefined;
  #port = 0;
  #saving: Promise<void> = Promise.resolve();
  /** Every frame received, by type. */
  readonly received: number[] = [];
  /** False: behaves as a stock hub that never says held. */
  speaksHeld = true;
  /** Sockets stay open, but nothing is answered and nothing arrives. */
  frozen = false;
  maxPayload = HUB_FRAME_LIMIT;
  /** How many connections were ever accepted. */
  accepted = 0;

  constructor() {
    this.#awareness.setLocalState(null);
    this.doc.on("update", (update: Uint8Array, from: unknown) => {
      this.#store(update);
      const frame = encoding.createEncoder();
      encoding.writeVarUint(frame, FRAME_SYNC);
      syncProtocol.writeUpdate(frame, update);
      this.#broadcast(encoding.toUint8Array(frame), from);
    });
    this.#awareness.on("update", ({ added, updated, removed }: Record<string, number[]>, from: unknown) => {
      const clients = [...(added ?? []), ...(updated ?? []), ...(removed ?? [])];
      for (const client of clients) this.#shownBy.get(from as WebSocket)?.add(client);
      this.#broadcast(awarenessFrame(encodeAwarenessUpdate(this.#awareness, clients)), undefined);
    });
  }

  async start(): Promise<void> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: this.#port, maxPayload: this.maxPayload });
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("listening", resolve);
      server.once("error", reject);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Takes the server down as a crash would; the document stays, as it would on disk. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async close(): Promise<void> {
    await this.stop();
    this.#awareness.destroy();
    this.doc.destroy();
    this.disk.destroy();
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/sync/room?held=1`;
  }

  get sockets(): number {
    return this.#server?.clients.size ?? 0;
  }

  /** Sends bytes to every client as they are. */
  sendRaw(bytes: Uint8Array | string): void {
    for (const socket of this.#server?.clients ?? []) socket.send(bytes);
  }

  /** Tells everybody, wrongly, that this client is gone. */
  forgetPresence(client: number, clock: number): void {
    applyAwarenessUpdate(this.#awareness, goodbye(client, clock), "the hub");
  }

  closeAll(code: number, reason: string): void {
    for (const socket of this.#server?.clients ?? []) socket.close(code, reason);
  }

  #accept(socket: WebSocket): void {
    this.accepted++;
    this.#frames.set(socket, 0);
    this.#shownBy.set(socket, new Set());
    socket.binaryType = "arraybuffer";
    socket.on("message", (data: ArrayBuffer) => {
      if (!this.frozen) this.#message(socket, new Uint8Array(data));
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#frames.delete(socket);
      const clients = [...(this.#shownBy.get(socket) ?? [])];
      for (const client of clients) {
        const known = this.#awareness.meta.get(client);
        if (known) applyAwarenessUpdate(this.#awareness, goodbye(client, known.clock), socket);
      }
    });
    const ask = encoding.createEncoder();
    encoding.writeVarUint(ask, FRAME_SYNC);
    syncProtocol.writeSyncStep1(ask, this.doc);
    socket.send(encoding.toUint8Array(ask));
    const clients = [...this.#awareness.getStates().keys()];
    if (clients.length > 0) socket.send(awarenessFrame(encodeAwarenessUpdate(this.#awareness, clients)));
  }

  #message(socket: WebSocket, bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    const type = decoding.readVarUint(decoder);
    this.received.push(type);
    if (type === FRAME_AWARENESS) {
      applyAwarenessUpdate(this.#awareness, decoding.readVarUint8Array(decoder), socket);
    }
    if (type !== FRAME_SYNC) return;
    const answer = encoding.createEncoder();
    encoding.writeVarUint(answer, FRAME_SYNC);
    syncProtocol.readSyncMessage(decoder, answer, this.doc, socket);
    if (encoding.length(answer) > 1) socket.send(encoding.toUint8Array(answer));
    this.#held(socket);
  }

  #held(socket: WebSocket): void {
    const frames = (this.#frames.get(socket) ?? 0) + 1;
    this.#frames.set(socket, frames);
    if (!this.speaksHeld) return;
    void this.#saving.then(() => {
      const frame = encoding.createEncoder();
      encoding.writeVarUint(frame, FRAME_HELD);
      encoding.writeVarUint(frame, frames);
      socket.send(encoding.toUint8Array(frame));
    });
  }

  #store(update: Uint8Array): void {
    this.#saving = this.#saving.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, STORE_DELAY));
      Y.applyUpdate(this.disk, update);
    });
  }

  #broadcast(frame: Uint8Array, except: unknown): void {
    for (const socket of this.#server?.clients ?? []) if (socket !== except && !this.frozen) socket.send(frame);
  }
}

function awarenessFrame(update: Uint8Array): Uint8Array {
  const frame = encoding.createEncoder();
  encoding.writeVarUint(frame, FRAME_AWARENESS);
  encoding.writeVarUint8Array(frame, update);
  return encoding.toUint8Array(frame);
}

function goodbye(client: number, clock: number): Uint8Array {
  const update = encoding.createEncoder();
  encoding.writeVarUint(update, 1);
  encoding.writeVarUint(update, client);
  encoding.writeVarUint(update, clock);
  encoding.writeVarString(update, "null");
  return encoding.toUint8Array(update);
}
