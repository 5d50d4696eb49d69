// One WebSocket connection to a blind host, from connecting to its end. What leaves here is sealed; see
// contracts/host/sealedHub.ts for the wire, SealedReplica for what is known of the host's log.

import * as Y from "yjs";
import { messageOf } from "../../../base/errors.ts";
import { ms } from "../../../base/units.ts";
import { HUB_PLAIN, HUB_SEALED, SEALED_PART } from "../../../contracts/host/sealedHub.ts";
import { applyFrom } from "../../../notebook/applyFrom.ts";
import { PartsSent } from "../../parts/PartsSent.ts";
import type { HubConnectionOptions } from "../HubConnection.ts";
import { notBlind, shutOut } from "../hubConnectionEnd.ts";
import { HubSocket } from "../HubSocket.ts";
import type { HubTalk } from "../HubTalk.ts";
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

/** Replicas that go on differing make us read everything anew, but no more often than this: it may be much. */
const READ_AGAIN = ms(10 * 60_000);

export interface SealedConnectionOptions extends HubConnectionOptions {
  readonly sealing: HubSealing;
  readonly replica: SealedReplica;
}

export class SealedConnection implements HubTalk {
  readonly #options: SealedConnectionOptions;
  readonly #socket: HubSocket;
  readonly #presence: SealedPresence;
  /** Gives what the host lacks. */
  readonly #answer: PartsSent;
  readonly #before: GenerationBefore;
  /** Everything has been read. */
  #level = false;
  #readAgainAt = Number.NEGATIVE_INFINITY;

  /** @throws whatever the WebSocket class throws for an address it does not take */
  constructor(options: SealedConnectionOptions) {
    const { document, clock, replica, sealing, origin } = options;
    this.#options = options;
    this.#presence = new SealedPresence(document, sealing.sealer, origin);
    const full = (): boolean => this.#socket.full;
    this.#answer = new PartsSent(document.doc, clock, {
      ...{ send: (update, last) => this.#give(update, last), full, limit: SEALED_PART },
    });
    this.#before = new GenerationBefore({
      ...{ doc: document.doc, clock, sealer: sealing.sealer, replica, full },
      sendFrame: (frame) => this.sendFrame(frame),
      apply: (update) => this.#apply(update),
      give: (update) => this.sendUpdate(update),
    });
    replica.connect();
    this.#socket = new HubSocket(options, {
      protocols: [HUB_SEALED, HUB_PLAIN],
      mismatch: (protocol) => (protocol === HUB_SEALED ? undefined : notBlind()),
      opened: () => this.#opened(),
      receive: (frame) => this.#read(frame),
      ask: () => this.#fetch(),
      send: (clients) => this.#send(clients),
      stopped: () => {
        this.#answer.stop();
        this.#before.stop();
      },
    });
  }

  get open(): boolean {
    return this.#socket.open;
  }

  get synced(): boolean {
    return this.#level && this.#options.replica.isKnown;
  }

  get held(): boolean {
    return this.open && this.synced && this.#options.replica.isDurable;
  }

  get flushed(): boolean {
    return !this.open || (this.held && this.#socket.drained);
  }

  /** Before everything has been read it is not known whether the host lacks it: working that out finds it. */
  sendUpdate(update: Uint8Array): void {
    const { replica } = this.#options;
    if (!replica.isKnown) return;
    replica.queue(update);
    this.#socket.sendSoon();
  }

  sendPresence(clients: readonly number[]): void {
    this.#socket.sendPresence(clients);
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
    this.#socket.sendNow();
  }

  close(): void {
    this.#socket.close();
  }

  sendFrame(frame: Uint8Array<ArrayBuffer>): boolean {
    return this.#socket.sendFrame(frame);
  }

  #opened(): void {
    this.#readAgainAt = this.#options.clock.monotonic();
    this.#fetch();
    this.sendPresence([this.#options.document.doc.clientID]);
  }

  #read(bytes: Uint8Array<ArrayBuffer>): void {
    const frame = readSealedFrame(bytes);
    if (frame === undefined) throw new Error("not a frame of a blind host");
    this.#receive(frame);
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
      case "presence":
        this.#applyPresence(frame.from, frame.sealed);
        return;
      case "gone":
        this.#presence.gone(frame.from);
        return;
      // Said to hosts only.
      case "fetch":
      case "update":
      case "snapshot":
      case "fetch-earlier":
        return;
      default:
        this.#socket.receiveCommon(frame);
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
      applyFrom(document.doc, update, origin);
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
      this.#socket.end(shutOut());
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
    this.#socket.sendNow();
  }

  #known(): void {
    const { replica, answered, changed } = this.#options;
    if (!replica.isKnown) {
      replica.settle();
      // What others brought meanwhile is in the document, and so in what was given.
      answered();
    }
    this.#socket.sendSoon();
    changed();
  }

  #applyPresence(from: number, sealed: Uint8Array): void {
    const entries = this.#presence.open(sealed);
    // Somebody who knows where the notebook is, and has no key, may send noise.
    if (entries === undefined) return;
    this.#options.givenPresence(entries);
    this.#presence.apply(from, entries);
  }

  #send(clients: readonly number[]): void {
    this.#sendUpdates();
    const shown = this.#presence.seal(clients);
    if (shown !== undefined) this.sendFrame(sealedPresenceFrame(0, shown));
  }

  #sendUpdates(): void {
    const { replica } = this.#options;
    while (this.#level && !this.#socket.full) {
      const next = replica.take();
      if (next === undefined) return;
      if (!this.sendFrame(sealedUpdateFrame(next.number, next.sealed))) return;
    }
    if (this.#level && replica.hasNews) this.#socket.sendSoon();
  }
}
