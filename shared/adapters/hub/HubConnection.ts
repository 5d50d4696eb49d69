// One WebSocket connection to the hub, from connecting to its end. It is used for one try and then thrown away.

import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { messageOf } from "../../base/errors.ts";
import { bytes, ms } from "../../base/units.ts";
import { HUB_FRAME_LIMIT } from "../../contracts/hubProtocol.ts";
import { HUB_PLAIN, HUB_SEALED } from "../../contracts/sealedHub.ts";
import type { DocOrigin } from "../../notebook/origins.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { AttachedDocument } from "../../ports/DocSource.ts";
import type { Logger } from "../../ports/Logger.ts";
import {
  foreignEntries,
  readAwarenessUpdate,
  writeAwarenessUpdate,
  type AwarenessEntry,
} from "../../presence/cleanAwareness.ts";
import type { PartsReceived } from "../parts/PartsReceived.ts";
import { PartsSent } from "../parts/PartsSent.ts";
import { Timers } from "../Timers.ts";
import type { HubAccess } from "./HubAccess.ts";
import { HeldCount } from "./HeldCount.ts";
import { endOfClose, tooLarge, type HubConnectionEnd } from "./hubConnectionEnd.ts";
import {
  answerFrame,
  askFrame,
  awarenessFrame,
  queryAwarenessFrame,
  readHubFrame,
  updateFrame,
  type HubFrame,
} from "./hubFrames.ts";
import type { HubSealing } from "./sealed/hubSealing.ts";
import { SilenceWatch } from "./SilenceWatch.ts";
import { SOCKET_OPEN, type WebSocketClass, type WebSocketLike } from "./WebSocketLike.ts";

/** A host that has not answered by then is not there; browsers alone would wait for minutes. */
const CONNECT_LIMIT = ms(10_000);
/** Above so many unsent bytes updates are kept and merged instead of queued in the socket. */
const HIGH_WATER = bytes(1024 * 1024);
/** How often a full socket is looked at again: sockets do not tell when they drained. */
const DRAIN_POLL = ms(20);
/** Quiet after which we ask whether what the host gave us is held: one question for many updates. */
const PROBE_DELAY = ms(120);
/** So many unreadable frames, and the connection is given up. */
const BAD_FRAMES_LIMIT = 5;

export interface HubConnectionOptions {
  readonly url: string;
  readonly WebSocket: WebSocketClass;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly document: AttachedDocument;
  readonly origin: DocOrigin;
  /** Goes on from one connection to the next. */
  readonly parts: PartsReceived;
  /** Whether it is held, synced or open may have changed. */
  readonly changed: () => void;
  /** An update the hub gave, before it is applied. */
  readonly given: (update: Uint8Array) => void;
  /** Presence the hub gave, before it is applied. */
  readonly givenPresence: (entries: readonly AwarenessEntry[]) => void;
  /** The answer to the hub's question carries everything we have. */
  readonly answered: () => void;
  /** What the host says about who may do what; undefined where nobody asks. */
  readonly access: HubAccess | undefined;
  /** Settles in the handshake whether the host is blind; undefined for those who speak with seeing hosts only. */
  readonly sealing?: HubSealing | undefined;
  /** Called once. After that nothing is called. */
  readonly ended: (end: HubConnectionEnd) => void;
}

export class HubConnection {
  readonly #options: HubConnectionOptions;
  readonly #socket: WebSocketLike;
  readonly #held = new HeldCount();
  readonly #answer: PartsSent;
  readonly #timers: Timers;
  #updates: Uint8Array[] = [];
  #clients = new Set<number>();
  #sendQueued = false;
  #opened = false;
  #ended = false;
  #silence: SilenceWatch | undefined;
  #badFrames = 0;
  /** The host gave a part and was asked for the next. */
  #owedPart = false;
  /** The host's first answer has been applied. */
  synced = false;

  /** @throws whatever the WebSocket class throws for an address it does not take */
  constructor(options: HubConnectionOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#answer = new PartsSent(options.document.doc, options.clock, {
      send: (update, last) => this.#give(update, last),
      full: () => this.#socket.bufferedAmount > HIGH_WATER,
    });
    const { sealing, WebSocket, url } = options;
    this.#socket = sealing === undefined ? new WebSocket(url) : new WebSocket(url, [HUB_PLAIN, HUB_SEALED]);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => this.#open());
    this.#socket.addEventListener("message", (event) => this.#message(event.data));
    this.#socket.addEventListener("close", (event) => this.#end(endOfClose(event.code, event.reason, this.#opened)));
    // A close event follows every error and says all that is known; without a listener Node would end the process.
    this.#socket.addEventListener("error", () => {});
    this.#timers.set("connect", CONNECT_LIMIT, () => this.#lost("The class host does not answer."));
  }

  get open(): boolean {
    return this.#opened && !this.#ended && this.#socket.readyState === SOCKET_OPEN;
  }

  /** The host holds everything that was given to this connection and everything it gave. */
  get held(): boolean {
    return this.open && this.#held.covers && this.#updates.length === 0 && !this.#answer.active;
  }

  /** Everything given to this connection has left; with hosts that say so, is held. */
  get flushed(): boolean {
    if (!this.open) return true;
    if (this.#updates.length > 0 || this.#answer.active || this.#socket.bufferedAmount > 0) return false;
    return this.#held.covers || !this.#held.spoken;
  }

  /** Sends an update at the end of this turn, together with others of the turn. Before opening: the answer has it. */
  sendUpdate(update: Uint8Array): void {
    if (!this.open || this.#answer.active) return;
    this.#updates.push(update);
    this.#queueSend();
  }

  /** Sends what these clients show now, at the end of this turn. */
  sendPresence(clients: readonly number[]): void {
    if (!this.open) return;
    for (const client of clients) this.#clients.add(client);
    this.#queueSend();
  }

  /** Asks for everything we lack and for everybody's presence, and shows ours again. */
  ask(): void {
    if (!this.open) return;
    if (!this.#owedPart) this.#ask();
    this.sendFrame(queryAwarenessFrame());
    this.sendPresence([this.#options.document.doc.clientID]);
  }

  /** Sends now what waits for the end of the turn or for the socket to drain. */
  flush(): void {
    this.#send(true);
  }

  close(): void {
    if (this.#ended) return;
    this.#stop();
    this.#socket.close(1000);
  }

  #open(): void {
    if (this.#ended) return;
    if (this.#socket.protocol === HUB_SEALED) {
      this.#end({ type: "sealed" });
      return;
    }
    this.#options.sealing?.mode.set("plain");
    this.#opened = true;
    this.#timers.stop("connect");
    this.#silence = new SilenceWatch(this.#options.clock, {
      ask: () => this.#ask(),
      dead: () => this.#lost("The class host stopped answering."),
    });
    this.ask();
    this.#options.changed();
  }

  #message(data: unknown): void {
    if (this.#ended) return;
    this.#silence?.heard();
    if (data instanceof ArrayBuffer && data.byteLength > HUB_FRAME_LIMIT) {
      this.#end(tooLarge());
      return;
    }
    const frame = data instanceof ArrayBuffer ? readHubFrame(new Uint8Array(data)) : undefined;
    try {
      if (frame === undefined) throw new Error("not a frame of the hub");
      this.#receive(frame);
    } catch (error) {
      this.#badFrame(error);
    }
    this.#options.changed();
  }

  #receive(frame: HubFrame): void {
    const { doc } = this.#options.document;
    switch (frame.type) {
      case "ask":
        this.#answer.start(frame.stateVector);
        if (this.#answer.active) this.#updates = [];
        return;
      case "update":
        this.#apply(frame.update, frame.answer);
        return;
      case "part":
        this.#options.parts.apply(frame.update, frame.left);
        this.#owedPart = true;
        this.#ask();
        return;
      case "awareness":
        this.#applyPresence(frame.update);
        return;
      case "query-awareness":
        this.sendPresence([doc.clientID]);
        return;
      case "held":
        this.#held.held(frame.frames);
        return;
      case "challenge":
      case "access":
      case "refused":
      case "devices":
      case "cards":
      case "notes":
        this.#options.access?.received(frame);
        return;
      case "denied":
        this.#end({ type: "final", code: "denied", message: `The class host refused this notebook: ${frame.reason}` });
        return;
      case "identity":
      case "unknown":
        this.#options.logger.debug("the hub sent a frame of a kind we do not know", { type: frame.type });
        return;
    }
  }

  /** Answers the host's question. The last of it carries everything we have. */
  #give(update: Uint8Array, last: boolean): void {
    if (last) {
      this.#updates = [];
      this.#options.answered();
    }
    if (this.sendFrame(last ? answerFrame(update) : updateFrame(update))) this.#held.gave(last);
  }

  #apply(update: Uint8Array, answer: boolean): void {
    const { document, origin, given } = this.#options;
    given(update);
    Y.applyUpdate(document.doc, update, origin);
    if (!answer) return;
    this.synced = true;
    if (!this.#owedPart) return;
    this.#owedPart = false;
    this.#options.parts.end();
    this.hostNews();
  }

  /** The document changed by what the hub gave. */
  hostNews(): void {
    this.#held.received();
    if (this.#held.wantsProbe) this.#timers.set("probe", PROBE_DELAY, () => this.#probe());
  }

  #probe(): void {
    // The next ask does as well, and an ask too many would bring a part twice.
    if (!this.open || !this.#held.wantsProbe || this.#owedPart) return;
    if (this.sendFrame(this.#askFrame())) this.#held.probed();
  }

  #applyPresence(update: Uint8Array): void {
    const { document, origin, givenPresence } = this.#options;
    const { awareness, doc } = document;
    const entries = readAwarenessUpdate(update);
    if (entries === undefined) throw new Error("malformed presence");
    givenPresence(entries);
    // The host believes us gone; y-protocols raises our clock, and this says it.
    if (entries.some((entry) => entry.client === doc.clientID && entry.state === undefined)) {
      queueMicrotask(() => this.sendPresence([doc.clientID]));
    }
    applyAwarenessUpdate(awareness, writeAwarenessUpdate(foreignEntries(entries, doc.clientID)), origin);
  }

  #badFrame(error: unknown): void {
    this.#badFrames++;
    this.#options.logger.warn("a frame of the hub could not be read", { error: messageOf(error) });
    // What was in it is lost: ask again, unless it goes on like this.
    if (this.#badFrames > BAD_FRAMES_LIMIT) this.#end({ type: "unreadable" });
    else this.#ask();
  }

  #ask(): void {
    if (this.sendFrame(this.#askFrame())) this.#held.asked();
  }

  #askFrame(): Uint8Array<ArrayBuffer> {
    const { document, parts } = this.#options;
    return askFrame(Y.encodeStateVector(document.doc), parts.limit);
  }

  /** One microtask: the first key leaves in the turn it was typed, and a burst within a turn is one frame. */
  #queueSend(): void {
    if (this.#sendQueued) return;
    this.#sendQueued = true;
    queueMicrotask(() => {
      this.#sendQueued = false;
      this.#send(false);
    });
  }

  #send(anyway: boolean): void {
    if (!this.open) return;
    if (!anyway && this.#socket.bufferedAmount > HIGH_WATER) {
      this.#timers.set("drain", DRAIN_POLL, () => this.#send(false));
      return;
    }
    const updates = this.#updates;
    this.#updates = [];
    const [first] = updates;
    if (first !== undefined) {
      const update = updates.length === 1 ? first : Y.mergeUpdates(updates);
      if (this.sendFrame(updateFrame(update))) this.#held.gave(false);
    }
    const { awareness } = this.#options.document;
    const clients = [...this.#clients].filter((client) => awareness.meta.has(client));
    this.#clients.clear();
    if (clients.length > 0) this.sendFrame(awarenessFrame(encodeAwarenessUpdate(awareness, clients)));
    this.#options.changed();
  }

  /** Sends a frame at once; false if that cannot be. */
  sendFrame(frame: Uint8Array<ArrayBuffer>): boolean {
    if (!this.open) return false;
    if (frame.length > HUB_FRAME_LIMIT) {
      this.#end(tooLarge());
      return false;
    }
    this.#socket.send(frame);
    return true;
  }

  #lost(why: string): void {
    this.#end({ type: "lost", why, patient: false });
  }

  #end(end: HubConnectionEnd): void {
    if (this.#ended) return;
    this.#stop();
    // A dead peer never answers the closing handshake; nothing waits for it.
    this.#socket.close();
    this.#options.ended(end);
  }

  #stop(): void {
    this.#ended = true;
    this.#silence?.stop();
    this.#answer.stop();
    this.#timers.clear();
  }
}
