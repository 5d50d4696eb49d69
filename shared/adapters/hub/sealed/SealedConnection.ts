// One WebSocket connection to a blind host, from connecting to its end. What leaves here is sealed; see
// contracts/sealedHub.ts for the wire, SealedReplica for what is known of the host's log.

import * as Y from "yjs";
import { messageOf } from "../../../base/errors.ts";
import { bytes, ms } from "../../../base/units.ts";
import { HUB_FRAME_LIMIT } from "../../../contracts/hubProtocol.ts";
import { HUB_PLAIN, HUB_SEALED } from "../../../contracts/sealedHub.ts";
import { Timers } from "../../Timers.ts";
import { PartsSent } from "../../parts/PartsSent.ts";
import type { HubConnectionOptions } from "../HubConnection.ts";
import { endOfClose, lost, notBlind, shutOut, tooLarge, type HubConnectionEnd } from "../hubConnectionEnd.ts";
import type { HubTalk } from "../HubTalk.ts";
import { SilenceWatch } from "../SilenceWatch.ts";
import { SOCKET_OPEN, type WebSocketLike } from "../WebSocketLike.ts";
import type { HubSealing } from "./hubSealing.ts";
import { GenerationBefore } from "./GenerationBefore.ts";
import {
  fetchFrame,
  readSealedFrame,
  sealedPresenceFrame,
  sealedUpdateFrame,
  type SealedFrame,
} from "./sealedFrames.ts";
import { SealedPresence } from "./SealedPresence.ts";
import type { SealedReplica } from "./SealedReplica.ts";

const CONNECT_LIMIT = ms(10_000);
/** Above so many unsent bytes updates are kept and merged instead of queued in the socket. */
const HIGH_WATER = bytes(1024 * 1024);
const DRAIN_POLL = ms(20);
const BAD_FRAMES_LIMIT = 5;
/** Replicas that go on differing make us read everything anew, but no more often than this: it may be much. */
const READ_AGAIN = ms(10 * 60_000);

export interface SealedConnectionOptions extends HubConnectionOptions {
  readonly sealing: HubSealing;
  readonly replica: SealedReplica;
}

export class SealedConnection implements HubTalk {
  readonly #options: SealedConnectionOptions;
  readonly #socket: WebSocketLike;
  readonly #timers: Timers;
  readonly #presence: SealedPresence;
  /** Gives what the host lacks. */
  readonly #answer: PartsSent;
  readonly #before: GenerationBefore;
  #clients = new Set<number>();
  #sendQueued = false;
  #opened = false;
  #ended = false;
  /** Everything has been read. */
  #level = false;
  #readAgainAt = Number.NEGATIVE_INFINITY;
  #silence: SilenceWatch | undefined;
  #badFrames = 0;

  /** @throws whatever the WebSocket class throws for an address it does not take */
  constructor(options: SealedConnectionOptions) {
    const { document, clock, replica, sealing, origin } = options;
    this.#options = options;
    this.#timers = new Timers(clock);
    this.#presence = new SealedPresence(document, sealing.sealer, origin);
    const full = (): boolean => this.#socket.bufferedAmount > HIGH_WATER;
    this.#answer = new PartsSent(document.doc, clock, { send: (update, last) => this.#give(update, last), full });
    this.#before = new GenerationBefore({
      ...{ doc: document.doc, clock, sealer: sealing.sealer, replica, full },
      sendFrame: (frame) => this.sendFrame(frame),
      apply: (update) => this.#apply(update),
      give: (update) => this.sendUpdate(update),
    });
    replica.connect();
    this.#socket = new options.WebSocket(options.url, [HUB_SEALED, HUB_PLAIN]);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => this.#open());
    this.#socket.addEventListener("message", (event) => this.#message(event.data));
    this.#socket.addEventListener("close", (event) => this.#end(endOfClose(event.code, event.reason, this.#opened)));
    this.#socket.addEventListener("error", () => {});
    this.#timers.set("connect", CONNECT_LIMIT, () => this.#end(lost("The class host does not answer.")));
  }

  get open(): boolean {
    return this.#opened && !this.#ended && this.#socket.readyState === SOCKET_OPEN;
  }

  get synced(): boolean {
    return this.#level && this.#options.replica.isKnown;
  }

  get held(): boolean {
    return this.open && this.synced && this.#options.replica.isDurable;
  }

  get flushed(): boolean {
    return !this.open || (this.held && this.#socket.bufferedAmount === 0);
  }

  /** Before everything has been read it is not known whether the host lacks it: working that out finds it. */
  sendUpdate(update: Uint8Array): void {
    const { replica } = this.#options;
    if (!replica.isKnown) return;
    replica.queue(update);
    this.#queueSend();
  }

  sendPresence(clients: readonly number[]): void {
    if (!this.open) return;
    for (const client of clients) this.#clients.add(client);
    this.#queueSend();
  }

  /** What the host gives is held by it when the level says so. */
  hostNews(): void {}

  /** Replicas differ: somebody may have what was left out of what we read. */
  ask(): void {
    if (!this.open) return;
    const { clock, replica } = this.#options;
    if (this.synced && clock.monotonic() - this.#readAgainAt > READ_AGAIN) {
      this.#readAgainAt = clock.monotonic();
      this.#level = false;
      replica.startOver();
    }
    this.#fetch();
    this.sendPresence([this.#options.document.doc.clientID]);
  }

  flush(): void {
    this.#send(true);
  }

  close(): void {
    if (this.#ended) return;
    this.#stop();
    this.#socket.close(1000);
  }

  sendFrame(frame: Uint8Array<ArrayBuffer>): boolean {
    if (!this.open) return false;
    if (frame.length > HUB_FRAME_LIMIT) {
      this.#end(tooLarge());
      return false;
    }
    this.#socket.send(frame);
    return true;
  }

  #open(): void {
    if (this.#ended) return;
    if (this.#socket.protocol !== HUB_SEALED) {
      this.#end(notBlind());
      return;
    }
    const { clock, document, changed } = this.#options;
    this.#opened = true;
    this.#readAgainAt = clock.monotonic();
    this.#timers.stop("connect");
    this.#silence = new SilenceWatch(clock, {
      ask: () => this.#fetch(),
      dead: () => this.#end(lost("The class host stopped answering.")),
    });
    this.#fetch();
    this.sendPresence([document.doc.clientID]);
    changed();
  }

  #message(data: unknown): void {
    if (this.#ended) return;
    this.#silence?.heard();
    const frame = data instanceof ArrayBuffer ? readSealedFrame(new Uint8Array(data)) : undefined;
    try {
      if (frame === undefined) throw new Error("not a frame of a blind host");
      this.#receive(frame);
    } catch (error) {
      this.#badFrame(error);
    }
    this.#options.changed();
  }

  #receive(frame: SealedFrame): void {
    const { replica } = this.#options;
    switch (frame.type) {
      case "begin":
        this.#level = false;
        this.#answer.stop();
        replica.begin(frame);
        return;
      case "piece":
        this.#apply(replica.piece(frame.index, frame.sealed));
        return;
      case "entry":
        this.#apply(replica.entry(frame.seq, frame.sealed));
        return;
      case "more":
        this.#fetch();
        return;
      case "level":
        this.#reachLevel(frame.durable);
        return;
      case "taken":
        replica.taken(frame.number, frame.seq);
        return;
      case "wanted":
        if (this.synced) this.#before.read(() => this.#before.makeSnapshot());
        return;
      case "earlier":
        this.#before.received(frame.sealed);
        return;
      default:
        this.#receiveOther(frame);
    }
  }

  #receiveOther(frame: SealedFrame): void {
    switch (frame.type) {
      case "presence":
        this.#applyPresence(frame.from, frame.sealed);
        return;
      case "gone":
        this.#presence.gone(frame.from);
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
      default:
        this.#options.logger.debug("a blind host sent a frame of a kind we do not know", { type: frame.type });
    }
  }

  #fetch(): void {
    this.sendFrame(fetchFrame(this.#options.replica.position));
  }

  #apply(update: Uint8Array | undefined): void {
    if (update === undefined) return;
    const { document, origin, given, logger } = this.#options;
    given(update);
    try {
      Y.applyUpdate(document.doc, update, origin);
    } catch (error) {
      // It applies nowhere; so it is missed by nobody.
      logger.warn("a member stored what cannot be applied", { error: messageOf(error) });
    }
  }

  #reachLevel(durable: number): void {
    const { replica } = this.#options;
    replica.durable(durable);
    if (this.#level || this.#before.isBeingRead) return;
    if (!replica.isKnown && replica.isBroken) this.#before.read(() => this.#settle());
    else this.#settle();
  }

  /** Everything has been read: works out what the host lacks, and gives it. */
  #settle(): void {
    const { replica } = this.#options;
    if (replica.isShutOut) {
      this.#end(shutOut());
      return;
    }
    this.#level = true;
    const lacking = replica.lacking();
    if (replica.isKnown || lacking === undefined) this.#known();
    else this.#answer.start(Y.encodeStateVector(new Map(lacking)));
  }

  #give(update: Uint8Array, last: boolean): void {
    this.#options.replica.queue(update);
    if (last) this.#known();
    this.#send(true);
  }

  #known(): void {
    const { replica, answered, changed } = this.#options;
    if (!replica.isKnown) {
      replica.settle();
      // What others brought meanwhile is in the document, and so in what was given.
      answered();
    }
    this.#queueSend();
    changed();
  }

  #applyPresence(from: number, sealed: Uint8Array): void {
    const entries = this.#presence.open(sealed);
    // Somebody who knows where the notebook is, and has no key, may send noise.
    if (entries === undefined) return;
    this.#options.givenPresence(entries);
    this.#presence.apply(from, entries);
  }

  #badFrame(error: unknown): void {
    this.#badFrames++;
    this.#options.logger.warn("a frame of the hub could not be read", { error: messageOf(error) });
    if (this.#badFrames > BAD_FRAMES_LIMIT) this.#end({ type: "unreadable" });
    else this.#fetch();
  }

  /** One microtask: the first key leaves in the turn it was typed, and a burst within a turn is one entry. */
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
    const next = this.#level ? this.#options.replica.take() : undefined;
    if (next !== undefined) this.sendFrame(sealedUpdateFrame(next.number, next.sealed));
    const shown = this.#presence.seal([...this.#clients]);
    this.#clients.clear();
    if (shown !== undefined) this.sendFrame(sealedPresenceFrame(0, shown));
    this.#options.changed();
  }

  #end(end: HubConnectionEnd): void {
    if (this.#ended) return;
    this.#stop();
    this.#socket.close();
    this.#options.ended(end);
  }

  #stop(): void {
    this.#ended = true;
    this.#silence?.stop();
    this.#answer.stop();
    this.#before.stop();
    this.#timers.clear();
  }
}
