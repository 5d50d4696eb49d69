// Clients of the hub for tests: the stock provider of y-websocket, and one that counts what is held.

import * as decoding from "lib0/decoding";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { answerFrame, askFrame, readHubFrame, updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { FRAME_HELD, HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";

export interface StockClient {
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  close(): void;
}

/** A stock WebsocketProvider in the room; nothing of ours in it. */
export function stockClient(webSocketBase: string, room: RoomId, doc = new Y.Doc()): StockClient {
  const provider = new WebsocketProvider(`${webSocketBase}${HUB_PATH}`, room, doc, {
    // reason: `ws` has all of the browser's WebSocket that the provider uses.
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  return {
    doc,
    provider,
    close: () => {
      provider.destroy();
      doc.destroy();
    },
  };
}

/** Resolves when the provider has its first answer. */
export function synced({ provider }: StockClient): Promise<void> {
  if (provider.synced) return Promise.resolve();
  return new Promise((resolve) => {
    const onSync = (isSynced: boolean): void => {
      if (!isSynced) return;
      provider.off("sync", onSync);
      resolve();
    };
    provider.on("sync", onSync);
  });
}

/** Resolves when the document's text is as expected by `accept`. */
export function untilText(doc: Y.Doc, accept: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!accept(doc.getText("t").toString())) return;
      doc.off("update", check);
      resolve();
    };
    doc.on("update", check);
    check();
  });
}

/** A client with `?held=1` that writes and knows which of its frames the host says it stores. */
export class HeldClient {
  readonly doc = new Y.Doc();
  readonly socket: WebSocket;
  /** Sync frames sent, and those called held. */
  sent = 0;
  held = 0;
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(webSocketBase: string, room: RoomId) {
    this.socket = new WebSocket(`${webSocketBase}${HUB_PATH}${room}?held=1`);
    this.socket.binaryType = "arraybuffer";
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.#closed = true;
      this.#check();
    });
    this.socket.on("open", () => this.#send(askFrame(Y.encodeStateVector(this.doc))));
    this.socket.on("message", (data: ArrayBuffer) => this.#receive(new Uint8Array(data)));
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#send(updateFrame(update));
    });
  }

  /** Resolves when `condition` holds; looked at after each frame. Rejects when the connection closes first. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (condition()) resolve();
        else if (this.#closed) reject(new Error("the hub closed the connection"));
        else this.#waiting.push(check);
      };
      check();
    });
  }

  #check(): void {
    for (const check of this.#waiting.splice(0)) check();
  }

  #send(frame: Uint8Array): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.sent += 1;
    this.socket.send(frame);
  }

  #receive(bytes: Uint8Array): void {
    const frame = readHubFrame(bytes);
    if (frame?.type === "ask") this.#send(answerFrame(Y.encodeStateAsUpdate(this.doc, frame.stateVector)));
    if (frame?.type === "update") Y.applyUpdate(this.doc, frame.update, this);
    if (frame?.type === "held") this.held = frame.frames;
    this.#check();
  }
}

/** Types of the frames a raw socket received. */
export const frameType = (data: ArrayBuffer | Buffer): number =>
  decoding.readVarUint(decoding.createDecoder(new Uint8Array(data)));

export const isHeld = (data: ArrayBuffer | Buffer): boolean => frameType(data) === FRAME_HELD;
