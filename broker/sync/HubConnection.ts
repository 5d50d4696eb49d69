import { heldFrame } from "#shared/adapters/hub/hubFrames.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import type { WebSocket } from "ws";
import { createHubTally, type HubTally } from "./hubCounts.ts";
import type { Device } from "./access/DeviceList.ts";

/** Bytes that may wait for a client that reads too slowly. More, and it is dropped: it will sync again when it can. */
export const BUFFER_LIMIT = 8 * 1024 * 1024;

/** Why a connection was closed, in WebSocket close codes. Stock clients do not come back after 4400–4499. */
export const CLOSE = {
  goingAway: 1001,
  malformed: 4400,
  forbidden: 4403,
  policy: 1008,
  overloaded: 1013,
} as const;

interface Mark {
  /** Sync frames received up to here. */
  readonly frames: number;
  /** The room's `storedMark` after the last of them. */
  readonly stored: number;
}

/** What a client said it understands. */
export interface HubClient {
  /** `FRAME_HELD`. */
  readonly wantsHeld: boolean;
  /** It will say who it is; the name and port under which it reached us. Undefined for stock clients. */
  readonly hostName: string | undefined;
}

/** One client of the hub: what it may still be sent, and how many of its sync frames are safe. */
export class HubConnection {
  readonly socket: WebSocket;
  readonly hostName: string | undefined;
  /** Of the whole hub. */
  readonly tally: HubTally;
  /** What it must sign to prove who it is. */
  challenge: Uint8Array | undefined;
  /** Who it has proven to be. */
  device: Device | undefined;
  /** It has shown that it founded the room: it has a say also where nothing was said yet. */
  isFounder = false;
  /** What it may do; nothing until it has been let in. */
  role: Role = "none";
  readonly #wantsHeld: boolean;
  readonly #logger: Logger;
  #syncFrames = 0;
  #marks: Mark[] = [];
  /** Bytes of the document last sent, until the client has read most of it. */
  #documentBytes = 0;
  /**
   * The client is receiving the document in parts and will ask for the next. Updates of others would build on what it
   * does not have; they are in the parts.
   */
  receiving = false;
  /** About how many bytes it lacks still. */
  left = 0;
  /** Frames that came before the room's document was loaded, or before the client was let in, in order. */
  readonly inbox: Buffer[] = [];

  constructor(socket: WebSocket, client: HubClient, logger: Logger, tally: HubTally = createHubTally()) {
    this.socket = socket;
    this.hostName = client.hostName;
    this.#wantsHeld = client.wantsHeld;
    this.#logger = logger;
    this.tally = tally;
  }

  send(frame: Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const waiting = this.socket.bufferedAmount;
    if (waiting <= BUFFER_LIMIT) this.#documentBytes = 0;
    if (waiting > BUFFER_LIMIT + this.#documentBytes) this.#drop();
    else this.socket.send(frame);
  }

  /** A document may be larger than what may wait, but one at a time: who asks again without reading is dropped. */
  sendDocument(frame: Uint8Array): void {
    if (this.socket.bufferedAmount > BUFFER_LIMIT) {
      this.#drop();
      return;
    }
    this.send(frame);
    this.#documentBytes = frame.length;
  }

  /** Notes that a sync frame was dealt with; it is held when the room's document is durable up to `stored`. */
  noteSyncFrame(stored: number): void {
    this.#syncFrames += 1;
    if (!this.#wantsHeld) return;
    if (this.#marks.at(-1)?.stored === stored) this.#marks.pop();
    this.#marks.push({ frames: this.#syncFrames, stored });
  }

  /** Tells the client how many of its sync frames are on the disk now, if that has changed. */
  tellHeld(durable: number): void {
    const held = this.#marks.filter((mark) => mark.stored <= durable);
    const last = held.at(-1);
    if (last === undefined) return;
    this.#marks = this.#marks.slice(held.length);
    this.send(heldFrame(last.frames));
  }

  close(code: number, reason: string): void {
    if (code === CLOSE.malformed) this.tally.refusedFrames += 1;
    if (code === CLOSE.forbidden) this.tally.refusedDevices += 1;
    this.socket.close(code, reason);
  }

  #drop(): void {
    this.tally.dropped += 1;
    this.#logger.warn("a client does not read and is dropped", { waiting: this.socket.bufferedAmount });
    this.socket.terminate();
  }
}
