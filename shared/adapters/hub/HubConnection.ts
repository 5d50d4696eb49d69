// One WebSocket connection to the hub, from connecting to its end. It is used for one try and then thrown away.

import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { ms } from "../../base/units.ts";
import { HUB_FRAME_LIMIT } from "../../contracts/host/hubProtocol.ts";
import { HUB_PLAIN, HUB_SEALED } from "../../contracts/host/sealedHub.ts";
import { applyFrom } from "../../notebook/applyFrom.ts";
import type { DocOrigin } from "../../notebook/origins.ts";
import type { AttachedDocument } from "../../ports/DocSource.ts";
import {
  foreignEntries,
  readAwarenessUpdate,
  writeAwarenessUpdate,
  type AwarenessEntry,
} from "../../presence/cleanAwareness.ts";
import { PartsConfirmed } from "../parts/PartsConfirmed.ts";
import type { PartsReceived } from "../parts/PartsReceived.ts";
import { PartsSent } from "../parts/PartsSent.ts";
import { HeldCount } from "./HeldCount.ts";
import { tooLarge } from "./hubConnectionEnd.ts";
import {
  answerFrame,
  askFrame,
  awarenessFrame,
  queryAwarenessFrame,
  readHubFrame,
  updateFrame,
  type HubFrame,
} from "./hubFrames.ts";
import { HubSocket, type HubSocketOptions } from "./HubSocket.ts";
import type { HubSealing } from "./sealed/hubSealing.ts";

/** Quiet after which we ask whether what the host gave us is held: one question for many updates. */
const PROBE_DELAY = ms(120);

export interface HubConnectionOptions extends HubSocketOptions {
  readonly document: AttachedDocument;
  readonly origin: DocOrigin;
  /** Goes on from one connection to the next. */
  readonly parts: PartsReceived;
  /** An update the hub gave, before it is applied. */
  readonly given: (update: Uint8Array) => void;
  /** Presence the hub gave, before it is applied. */
  readonly givenPresence: (entries: readonly AwarenessEntry[]) => void;
  /** The answer to the hub's question carries everything we have. */
  readonly answered: () => void;
  /** Settles in the handshake whether the host is blind; undefined for those who speak with seeing hosts only. */
  readonly sealing?: HubSealing | undefined;
}

export class HubConnection {
  readonly #options: HubConnectionOptions;
  readonly #socket: HubSocket;
  readonly #held = new HeldCount();
  readonly #answer: PartsSent;
  readonly #pace: PartsConfirmed;
  #updates: Uint8Array[] = [];
  /** The host gave a part and was asked for the next. */
  #owedPart = false;
  /** The host's first answer has been applied. */
  synced = false;

  /** @throws whatever the WebSocket class throws for an address it does not take */
  constructor(options: HubConnectionOptions) {
    const { document, clock, sealing } = options;
    this.#options = options;
    const pace = new PartsConfirmed(clock);
    this.#pace = pace;
    this.#answer = new PartsSent(document.doc, clock, {
      send: (update, last) => this.#give(update, last),
      full: () => this.#socket.full,
      get limit() {
        return pace.limit;
      },
    });
    this.#socket = new HubSocket(options, {
      protocols: sealing && [HUB_PLAIN, HUB_SEALED],
      mismatch: (protocol) => (protocol === HUB_SEALED ? { type: "sealed" } : undefined),
      opened: () => {
        sealing?.mode.set("plain");
        this.ask();
      },
      receive: (frame) => this.#read(frame),
      ask: () => this.#ask(),
      send: (clients) => this.#send(clients),
      stopped: () => this.#answer.stop(),
    });
  }

  get open(): boolean {
    return this.#socket.open;
  }

  /** The host holds everything that was given to this connection and everything it gave. */
  get held(): boolean {
    return this.open && this.#held.covers && this.#updates.length === 0 && !this.#answer.active;
  }

  /** Everything given to this connection has left; with hosts that say so, is held. */
  get flushed(): boolean {
    if (!this.open) return true;
    if (this.#updates.length > 0 || this.#answer.active || !this.#socket.drained) return false;
    return this.#held.covers || !this.#held.spoken;
  }

  /** Sends an update at the end of this turn, together with others of the turn. Before opening: the answer has it. */
  sendUpdate(update: Uint8Array): void {
    if (!this.open || this.#answer.active) return;
    this.#updates.push(update);
    this.#socket.sendSoon();
  }

  /** Sends what these clients show now, at the end of this turn. */
  sendPresence(clients: readonly number[]): void {
    this.#socket.sendPresence(clients);
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
    this.#socket.sendNow();
  }

  close(): void {
    this.#socket.close();
  }

  /** Sends a frame at once; false if that cannot be. */
  sendFrame(frame: Uint8Array<ArrayBuffer>): boolean {
    return this.#socket.sendFrame(frame);
  }

  #read(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length > HUB_FRAME_LIMIT) {
      this.#socket.end(tooLarge());
      return;
    }
    const frame = readHubFrame(bytes);
    if (frame === undefined) throw new Error("not a frame of the hub");
    this.#receive(frame);
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
        this.#pace.confirmed(frame.frames);
        return;
      default:
        this.#socket.receiveCommon(frame);
    }
  }

  /** Answers the host's question. The last of it carries everything we have. */
  #give(update: Uint8Array, last: boolean): void {
    if (last) {
      this.#updates = [];
      this.#options.answered();
    }
    if (!this.sendFrame(last ? answerFrame(update) : updateFrame(update))) return;
    this.#held.gave(last);
    this.#pace.gave(this.#held.sent, update.length);
  }

  #apply(update: Uint8Array, answer: boolean): void {
    const { document, origin, given } = this.#options;
    given(update);
    applyFrom(document.doc, update, origin);
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
    if (this.#held.wantsProbe) this.#socket.timers.set("probe", PROBE_DELAY, () => this.#probe());
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

  #ask(): void {
    if (this.sendFrame(this.#askFrame())) this.#held.asked();
  }

  #askFrame(): Uint8Array<ArrayBuffer> {
    const { document, parts } = this.#options;
    parts.asked();
    return askFrame(Y.encodeStateVector(document.doc), parts.limit);
  }

  #send(clients: readonly number[]): void {
    const updates = this.#updates;
    this.#updates = [];
    const [first] = updates;
    if (first !== undefined) {
      const update = updates.length === 1 ? first : Y.mergeUpdates(updates);
      if (this.sendFrame(updateFrame(update))) this.#held.gave(false);
    }
    const { awareness } = this.#options.document;
    const known = clients.filter((client) => awareness.meta.has(client));
    if (known.length > 0) this.sendFrame(awarenessFrame(encodeAwarenessUpdate(awareness, known)));
  }
}
