// The socket of one connection to a hub, plain or sealed: from connecting to its end, who waits to be shown, and when what
// waits is sent.

import { messageOf } from "../../base/errors.ts";
import { bytes, ms } from "../../base/units.ts";
import { HUB_FRAME_LIMIT } from "../../contracts/host/hubProtocol.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";
import { Timers } from "../Timers.ts";
import type { AccessFrame } from "./accessFrames.ts";
import type { HubAccess } from "./HubAccess.ts";
import { endOfClose, lost, tooLarge, type HubConnectionEnd } from "./hubConnectionEnd.ts";
import { SilenceWatch } from "./SilenceWatch.ts";
import { SOCKET_OPEN, type WebSocketClass, type WebSocketLike } from "./WebSocketLike.ts";

/** A host that has not answered by then is not there; browsers alone would wait for minutes. */
const CONNECT_LIMIT = ms(10_000);
/** Above so many unsent bytes updates are kept and merged instead of queued in the socket. */
const HIGH_WATER = bytes(1024 * 1024);
/** How often a full socket is looked at again: sockets do not tell when they drained. */
const DRAIN_POLL = ms(20);
/** So many unreadable frames, and the connection is given up. */
const BAD_FRAMES_LIMIT = 5;

export interface HubSocketOptions {
  readonly url: string;
  readonly WebSocket: WebSocketClass;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the host says about who may do what; undefined where nobody asks. */
  readonly access: HubAccess | undefined;
  /** Whether it is held, synced or open may have changed. */
  readonly changed: () => void;
  /** Called once. After that nothing is called. */
  readonly ended: (end: HubConnectionEnd) => void;
}

/** What the two kinds of connections do each in their way. */
export interface HubSpeech {
  /** Offered in the handshake, the preferred first; none for hosts that know of no kinds. */
  readonly protocols: readonly string[] | undefined;
  /** Why this is not the kind of host we speak to; then nothing is sent. */
  readonly mismatch: (protocol: string) => HubConnectionEnd | undefined;
  readonly opened: () => void;
  /** @throws when the frame makes no sense */
  readonly receive: (frame: Uint8Array<ArrayBuffer>) => void;
  /** Asks for what we lack: the host has been silent, or what it said could not be read. */
  readonly ask: () => void;
  /** Sends what waits, and what these clients show now. */
  readonly send: (clients: readonly number[]) => void;
  /** It is over: stops what goes on. */
  readonly stopped: () => void;
}

/** What hosts of both kinds say beside the document. */
export type CommonFrame =
  | AccessFrame
  | { readonly type: "denied"; readonly reason: string }
  | { readonly type: "unknown" };

export class HubSocket {
  readonly timers: Timers;
  readonly #options: HubSocketOptions;
  readonly #speech: HubSpeech;
  readonly #socket: WebSocketLike;
  #clients = new Set<number>();
  #sendQueued = false;
  #opened = false;
  #ended = false;
  #silence: SilenceWatch | undefined;
  #badFrames = 0;

  /** @throws whatever the WebSocket class throws for an address it does not take */
  constructor(options: HubSocketOptions, speech: HubSpeech) {
    const { WebSocket, url, clock } = options;
    this.#options = options;
    this.#speech = speech;
    this.timers = new Timers(clock);
    this.#socket = speech.protocols === undefined ? new WebSocket(url) : new WebSocket(url, [...speech.protocols]);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => this.#open());
    this.#socket.addEventListener("message", (event) => this.#message(event.data));
    this.#socket.addEventListener("close", (event) => this.end(endOfClose(event.code, event.reason, this.#opened)));
    // A close event follows every error and says all that is known; without a listener Node would end the process.
    this.#socket.addEventListener("error", () => {});
    this.timers.set("connect", CONNECT_LIMIT, () => this.end(lost("The class host does not answer.")));
  }

  get open(): boolean {
    return this.#opened && !this.#ended && this.#socket.readyState === SOCKET_OPEN;
  }

  /** Nothing of what was sent waits in the socket. */
  get drained(): boolean {
    return this.#socket.bufferedAmount === 0;
  }

  /** More waits in the socket than should. */
  get full(): boolean {
    return this.#socket.bufferedAmount > HIGH_WATER;
  }

  /** Sends a frame at once; false if that cannot be. */
  sendFrame(frame: Uint8Array<ArrayBuffer>): boolean {
    if (!this.open) return false;
    if (frame.length > HUB_FRAME_LIMIT) {
      this.end(tooLarge());
      return false;
    }
    this.#socket.send(frame);
    return true;
  }

  /** Sends what these clients show now, at the end of this turn. */
  sendPresence(clients: readonly number[]): void {
    if (!this.open) return;
    for (const client of clients) this.#clients.add(client);
    this.sendSoon();
  }

  /** One microtask: the first key leaves in the turn it was typed, and a burst within a turn goes together. */
  sendSoon(): void {
    if (this.#sendQueued) return;
    this.#sendQueued = true;
    queueMicrotask(() => {
      this.#sendQueued = false;
      if (this.full) this.#sendWhenDrained();
      else this.sendNow();
    });
  }

  /** Sends now what waits for the end of the turn or for the socket to drain. */
  sendNow(): void {
    if (!this.open) return;
    const clients = [...this.#clients];
    this.#clients.clear();
    this.#speech.send(clients);
    this.#changed();
  }

  /** What the host says beside the document. */
  receiveCommon(frame: CommonFrame): void {
    switch (frame.type) {
      case "denied":
        this.end({ type: "final", code: "denied", message: `The class host refused this notebook: ${frame.reason}` });
        return;
      case "identity":
      case "unknown":
        this.#options.logger.debug("the hub sent a frame of a kind we do not know", { type: frame.type });
        return;
      default:
        this.#options.access?.received(frame);
    }
  }

  /** We have no more to say. */
  close(): void {
    if (this.#ended) return;
    this.#stop();
    this.#socket.close(1000);
  }

  end(end: HubConnectionEnd): void {
    if (this.#ended) return;
    this.#stop();
    // A dead peer never answers the closing handshake; nothing waits for it.
    this.#socket.close();
    this.#options.ended(end);
  }

  #open(): void {
    if (this.#ended) return;
    const mismatch = this.#speech.mismatch(this.#socket.protocol);
    if (mismatch !== undefined) {
      this.end(mismatch);
      return;
    }
    this.#opened = true;
    this.timers.stop("connect");
    this.#silence = new SilenceWatch(this.#options.clock, {
      ask: () => this.#speech.ask(),
      backlog: () => this.#socket.bufferedAmount,
      dead: () => this.end(lost("The class host stopped answering.")),
    });
    this.#speech.opened();
    this.#changed();
  }

  #message(data: unknown): void {
    if (this.#ended) return;
    this.#silence?.heard();
    try {
      if (!(data instanceof ArrayBuffer)) throw new Error("not a frame of the hub");
      this.#speech.receive(new Uint8Array(data));
    } catch (error) {
      this.#badFrame(error);
    }
    this.#changed();
  }

  #badFrame(error: unknown): void {
    this.#badFrames++;
    this.#options.logger.warn("a frame of the hub could not be read", { error: messageOf(error) });
    // What was in it is lost: ask again, unless it goes on like this.
    if (this.#badFrames > BAD_FRAMES_LIMIT) this.end({ type: "unreadable" });
    else this.#speech.ask();
  }

  #sendWhenDrained(): void {
    if (!this.open) return;
    this.timers.set("drain", DRAIN_POLL, () => {
      if (this.full) this.#sendWhenDrained();
      else this.sendNow();
    });
  }

  #changed(): void {
    if (!this.#ended) this.#options.changed();
  }

  #stop(): void {
    this.#ended = true;
    this.#silence?.stop();
    this.#speech.stopped();
    this.timers.clear();
  }
}
