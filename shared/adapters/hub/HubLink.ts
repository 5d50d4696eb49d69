import * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import { ms } from "../../base/units.ts";
import { OTHER_TAB, type DocOrigin } from "../../notebook/origins.ts";
import type { Clock } from "../../ports/Clock.ts";
import {
  CHANGES_REFUSED,
  type AttachedDocument,
  type AttachedSource,
  type SourceStatus,
} from "../../ports/DocSource.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { AwarenessEntry } from "../../presence/cleanAwareness.ts";
import { PartsReceived } from "../parts/PartsReceived.ts";
import { ForeignPresence, type PresenceChange } from "./ForeignPresence.ts";
import { ForeignUpdates, relayDelay } from "./ForeignUpdates.ts";
import { HubConnection } from "./HubConnection.ts";
import type { HubAccess } from "./HubAccess.ts";
import { HubRefusals } from "./HubRefusals.ts";
import type { HubTalk } from "./HubTalk.ts";
import type { HubSealing } from "./sealed/hubSealing.ts";
import { SealedConnection } from "./sealed/SealedConnection.ts";
import { SealedReplica } from "./sealed/SealedReplica.ts";
import {
  reconnectDelay,
  RECONNECT_MAX,
  STABLE_AFTER,
  UNREADABLE_LIMIT,
  type HubConnectionEnd,
} from "./hubConnectionEnd.ts";
import { reportChanges } from "../reportChanges.ts";
import type { WebSocketClass } from "./WebSocketLike.ts";

/** `flush` and `detach` wait no longer than this for a host that is slow to confirm. */
const FLUSH_LIMIT = ms(2_000);
const FLUSH_POLL = ms(10);

export interface HubOptions {
  /** Address of the room at the hub; see `hubUrl`. */
  readonly url: string;
  readonly WebSocket: WebSocketClass;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives 0–1; spreads reconnects. */
  readonly random?: () => number;
  /** Proves to the host who we are, and hears who may do what. Without it we are somebody with the link. */
  readonly access?: HubAccess;
  /** Whether the host takes from us what others wrote and gave us directly; it does if nothing is said. */
  readonly mayPassOn?: () => boolean;
  /** Other tabs of this device have no way of their own: what they write and show is brought as ours is. */
  readonly speaksForTabs?: boolean;
  /** Without it only hosts that read what they store are spoken to. */
  readonly sealing?: HubSealing;
}

/** One document at a hub, from attaching to detaching. */
export class HubLink implements AttachedSource {
  readonly ready: Promise<void>;
  readonly #options: HubOptions;
  readonly #document: AttachedDocument;
  readonly #report: (status: SourceStatus) => void;
  readonly #origin: DocOrigin = { by: "source", source: "hub" };
  readonly #random: () => number;
  readonly #foreign = new ForeignUpdates();
  readonly #foreignPresence: ForeignPresence;
  readonly #parts: PartsReceived;
  readonly #refusals: HubRefusals;
  /** What is known of a blind host's log. */
  #replica: SealedReplica | undefined;
  #connection: HubTalk | undefined;
  #openedAt = 0;
  #failures = 0;
  #unreadable = 0;
  #retry: Dispose | undefined;
  #relay: Dispose | undefined;
  #failed = false;
  #attached = true;
  #becomeReady: () => void = () => {};

  constructor(options: HubOptions, document: AttachedDocument, report: (status: SourceStatus) => void) {
    this.#options = options;
    this.#document = document;
    this.#report = reportChanges(report);
    this.#random = options.random ?? Math.random;
    this.#foreignPresence = new ForeignPresence(document.awareness);
    this.#parts = new PartsReceived(document.doc, this.#origin, options.clock);
    this.#refusals = new HubRefusals({
      clock: options.clock,
      tell: (reason) => {
        options.access?.refused.set(reason);
        if (reason !== undefined) this.#sayStatus();
      },
      again: () => this.#connectAnew(),
    });
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    document.doc.on("update", this.#updated);
    document.awareness.on("update", this.#presenceChanged);
    this.#say({ state: "connecting" });
    this.#connect();
  }

  async flush(): Promise<void> {
    this.#relayNow();
    const { clock } = this.#options;
    const end = clock.monotonic() + FLUSH_LIMIT;
    this.#connection?.flush();
    while (this.#connection?.flushed === false && clock.monotonic() < end) {
      await new Promise<void>((resolve) => clock.after(FLUSH_POLL, resolve));
    }
  }

  resync(): void {
    if (!this.#attached || this.#failed) return;
    if (this.#connection === undefined) this.#connect();
    else this.#connection.ask();
  }

  async detach(): Promise<void> {
    if (!this.#attached) return;
    // What was typed until now still goes; what is typed while the host confirms does not.
    this.#relayNow();
    this.#document.doc.off("update", this.#updated);
    this.#document.awareness.off("update", this.#presenceChanged);
    this.#attached = false;
    this.#retry?.();
    this.#refusals.stop();
    await this.flush();
    this.#connection?.close();
    this.#connection = undefined;
    this.#options.access?.disconnected();
    this.#becomeReady();
  }

  readonly #updated = (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    if (origin === this.#origin) {
      this.#connection?.hostNews();
    } else if (transaction.local || (origin === OTHER_TAB && this.#options.speaksForTabs === true)) {
      this.#send(update);
    } else {
      this.#foreign.add(update);
      this.#relayLater();
    }
    this.#sayStatus();
  };

  readonly #presenceChanged = (change: PresenceChange, origin: unknown): void => {
    if (origin === this.#origin) return;
    const tabs = this.#options.speaksForTabs === true;
    const { own, foreign } = this.#foreignPresence.changed(change, tabs ? origin : undefined);
    if (own.length > 0) this.#connection?.sendPresence(own);
    if (foreign) this.#relayLater();
  };

  get #mayPassOn(): boolean {
    return this.#options.mayPassOn?.() !== false;
  }

  #relayLater(): void {
    this.#relay ??= this.#options.clock.after(relayDelay(this.#random()), () => this.#relayNow());
  }

  #relayNow(): void {
    this.#relay?.();
    this.#relay = undefined;
    // Who may not write waits for those who wrote it to bring it.
    if (this.#mayPassOn) for (const update of this.#foreign.take()) this.#send(update);
    this.#connection?.sendPresence(this.#foreignPresence.take());
  }

  #connect(): void {
    this.#retry?.();
    this.#retry = undefined;
    try {
      const connection: HubTalk = this.#open(() => this.#changed(connection));
      this.#connection = connection;
      this.#refusals.connected();
      this.#options.access?.connected(
        (frame) => void connection.sendFrame(frame),
        (reason) => this.#refusals.refused(reason, this.#mayPassOn || this.#wrote),
      );
      this.#openedAt = this.#options.clock.monotonic();
    } catch (error) {
      this.#fail("bad-address", `The address of the class host cannot be used: ${messageOf(error)}`);
    }
  }

  /** The host asks again for what it lacks; of a blind one everything is read again, to find out. */
  #connectAnew(): void {
    if (!this.#attached || this.#connection === undefined) return;
    this.#connection.close();
    this.#replica = undefined;
    this.#connect();
  }

  /** Somebody wrote here since the document was opened. */
  get #wrote(): boolean {
    const { doc } = this.#document;
    return (Y.decodeStateVector(Y.encodeStateVector(doc)).get(doc.clientID) ?? 0) > 0;
  }

  /** Speaks as the host is known to speak; if that is not known, the handshake tells. */
  #open(changed: () => void): HubTalk {
    const { access, sealing, logger } = this.#options;
    const { doc } = this.#document;
    const options = {
      ...this.#options,
      ...{ document: this.#document, origin: this.#origin, parts: this.#parts, access, sealing, changed },
      given: (update: Uint8Array) => {
        this.#foreign.seen(update);
        this.#refusals.given();
      },
      givenPresence: (entries: readonly AwarenessEntry[]) => this.#foreignPresence.seen(entries),
      answered: () => void this.#foreign.take(),
      ended: (end: HubConnectionEnd) => this.#ended(end),
    };
    if (sealing?.mode.get() !== "sealed") return new HubConnection(options);
    this.#replica ??= new SealedReplica({ doc, sealer: sealing.sealer, origin: this.#origin, logger });
    return new SealedConnection({ ...options, sealing, replica: this.#replica });
  }

  /** To the host; a blind one cannot say what it lacks, so what it is to be given is kept until it can be reached. */
  #send(update: Uint8Array): void {
    if (this.#connection !== undefined) this.#connection.sendUpdate(update);
    else if (this.#replica?.isKnown === true) this.#replica.queue(update);
  }

  #changed(connection: HubTalk): void {
    if (connection.synced) this.#becomeReady();
    this.#sayStatus();
  }

  #ended(end: HubConnectionEnd): void {
    this.#connection = undefined;
    this.#options.access?.disconnected();
    // The handshake settled it: the next connection comes at once, and whoever waits goes on waiting.
    if (end.type === "sealed" && this.#attached) {
      this.#options.sealing?.mode.set("sealed");
      this.#connect();
      return;
    }
    this.#options.logger.info("the connection to the hub ended", { ...end });
    if (!this.#attached) return;
    this.#becomeReady();
    if (this.#options.clock.monotonic() - this.#openedAt > STABLE_AFTER) this.#failures = this.#unreadable = 0;
    if (end.type === "final") {
      this.#fail(end.code, end.message);
      if (end.code === "not-blind") this.#lookAgain();
    } else if (end.type === "unreadable" && ++this.#unreadable >= UNREADABLE_LIMIT) {
      this.#fail("unreadable", "What answers at the class host's address is no class host, or is damaged.");
      this.#lookAgain();
    } else {
      this.#tryAgain(end);
    }
  }

  #tryAgain(end: HubConnectionEnd): void {
    const patient = end.type === "lost" && end.patient;
    const delay = patient ? RECONNECT_MAX : reconnectDelay(this.#failures++, this.#random());
    const reason = end.type === "lost" ? end.why : "The class host sent what could not be read.";
    this.#say({ state: "offline", reason, ...(patient && { refused: true }) });
    this.#retry = this.#options.clock.after(delay, () => this.#connect());
  }

  /** What answers is not our host, and gets nothing; our host may be put there again by whoever runs it. */
  #lookAgain(): void {
    this.#failed = false;
    this.#retry = this.#options.clock.after(RECONNECT_MAX, () => this.#connect());
  }

  #fail(code: string, message: string): void {
    this.#failed = true;
    this.#becomeReady();
    this.#say({ state: "failed", code, message });
  }

  #sayStatus(): void {
    const connection = this.#connection;
    if (connection?.open !== true) return;
    const receiving = this.#replica === undefined ? this.#parts.progress : this.#replica.progress;
    // What was refused may be nowhere but here, whatever the host says of the rest.
    const held = connection.held && !this.#foreign.any && !this.#refusals.any;
    if (held) this.#refusals.held();
    const refused = this.#options.access?.refused.get();
    this.#say({
      ...{ state: "connected", held, ...(receiving ? { receiving } : {}) },
      ...(refused === undefined ? {} : { warning: { code: CHANGES_REFUSED, message: refused } }),
    });
  }

  #say(status: SourceStatus): void {
    if (this.#attached) this.#report(status);
  }
}
