// A program that speaks to the class host without any of the product's manners: raw bytes on raw sockets.

import { once } from "node:events";
import * as encoding from "lib0/encoding";
import { WebSocket } from "ws";
import { FRAME_AWARENESS, HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { RoomId } from "#shared/base/ids.ts";

/** Larger frames are read and forgotten (bytes). */
const HEARD_LIMIT = 64 * 1024;

/** What one entry about presence says, as text that need not be sensible. */
export interface RawPresence {
  readonly client: number;
  readonly clock: number;
  /** JSON, or not. */
  readonly state: string;
}

export class HostileClient {
  readonly socket: WebSocket;
  closed = false;
  /** Frames the host sent, but for large ones. */
  readonly heard: Uint8Array[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.on("error", () => {});
    socket.on("close", () => (this.closed = true));
    socket.on("message", (data: ArrayBuffer | Buffer, isBinary) => {
      const frame = new Uint8Array(data as ArrayBuffer);
      if (isBinary && frame.length <= HEARD_LIMIT) this.heard.push(frame);
    });
  }

  /** Connects to a path of the host (`ws://…`). */
  static async connect(webSocketBase: string, path: string): Promise<HostileClient> {
    const client = new HostileClient(new WebSocket(`${webSocketBase}${path}`));
    await once(client.socket, "open");
    return client;
  }

  static hub(webSocketBase: string, room: RoomId, query = ""): Promise<HostileClient> {
    return HostileClient.connect(webSocketBase, `${HUB_PATH}${room}${query}`);
  }

  send(data: Uint8Array | string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
  }

  /** Resolves when the host has closed this connection, or has answered a question sent after all else. */
  async settled(): Promise<void> {
    if (this.closed) return;
    const answered = new Promise<void>((resolve) => {
      this.socket.once("pong", () => resolve());
      this.socket.once("close", () => resolve());
    });
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
    await answered;
  }

  end(): void {
    this.socket.terminate();
  }
}

/** A frame about presence, with whatever the entries say. `count` may lie about how many there are. */
export function presenceFrame(entries: readonly RawPresence[], count = entries.length): Uint8Array {
  const update = encoding.createEncoder();
  encoding.writeVarUint(update, count);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(update, client);
    encoding.writeVarUint(update, clock);
    encoding.writeVarString(update, state);
  }
  const frame = encoding.createEncoder();
  encoding.writeVarUint(frame, FRAME_AWARENESS);
  encoding.writeVarUint8Array(frame, encoding.toUint8Array(update));
  return encoding.toUint8Array(frame);
}

/** JSON so deep that reading it needs no stack, and writing it again does. */
export const deepJson = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
