// One document on a broker, from attaching to detaching.
// 1. A peer without a better way "needs" the broker and says so; others answer that they are here.
// 2. Whoever needs it asks two of those who are here for what it lacks, and they ask back.
// 3. While anybody in the room needs it, everybody publishes its own edits at once, and those of others (from the hub, from
//    links) if nobody else has done so after a moment. Otherwise nothing is published. Whoever has links to all whom it
//    hears here gathers its edits for a moment: links may fail unseen, but nobody waits for the broker.
// 4. News that came to one peer alone is passed on by it to all.

import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import type { PeerId } from "../../base/ids.ts";
import { readString } from "../../base/parse.ts";
import { ms } from "../../base/units.ts";
import { applyFrom } from "../../notebook/applyFrom.ts";
import { OTHER_TAB, type DocOrigin } from "../../notebook/origins.ts";
import type { AttachedDocument, AttachedSource, SourceStatus } from "../../ports/DocSource.ts";
import { foreignEntries, readAwarenessUpdate, writeAwarenessUpdate } from "../../presence/cleanAwareness.ts";
import { LinkPeople } from "../../presence/LinkPeople.ts";
import { LINK_FIELD, LINK_LIMIT } from "../webrtc/mesh/MeshKeeper.ts";
import type { PresenceChange } from "../hub/ForeignPresence.ts";
import { answerFrame, askFrame, awarenessFrame } from "../hub/hubFrames.ts";
import type { MqttOptions } from "./mqttOptions.ts";
import { RelayChannel } from "./RelayChannel.ts";
import { byeFrame, helloFrame, readRelayFrame, type Hello, type RelayFrame } from "./relayFrames.ts";
import { RelayOutbox } from "./RelayOutbox.ts";
import { HELLO_INTERVAL, RelayPeers } from "./RelayPeers.ts";
import { reportChanges } from "../reportChanges.ts";
import { Timers } from "../Timers.ts";

/** A broker that has not answered by then is called away. */
const CONNECT_PATIENCE = ms(3_000);
/** Whoever is here has answered a hello by then. */
const ALONE_AFTER = ms(500);
/** `ready` waits no longer than this for an answer that was asked for. */
const ANSWER_PATIENCE = ms(4_000);
/** So many are asked at a time: every one would answer with the same. */
const ASKED_PEERS = 2;
/** One peer is asked at most so often, however often parts are lost. */
const ASK_SPACING = ms(1_000);
const FLUSH_LIMIT = ms(2_000);
const FLUSH_POLL = ms(10);

export class RelaySession implements AttachedSource {
  readonly ready: Promise<void>;
  readonly #options: MqttOptions;
  readonly #document: AttachedDocument;
  readonly #report: (status: SourceStatus) => void;
  readonly #origin: DocOrigin = { by: "source", source: "mqtt" };
  readonly #outbox: RelayOutbox;
  readonly #peers = new RelayPeers();
  readonly #people: LinkPeople;
  readonly #asked = new Map<PeerId, number>();
  readonly #timers: Timers;
  readonly #stopBetter: Dispose;
  #channel: RelayChannel | undefined;
  #needs = false;
  #away = false;
  /** The end of our links that others were told of last. */
  #toldLink: string | undefined;
  /** From whom comes what is being applied; undefined if all have it. */
  #toldBy: PeerId | undefined;
  #attached = true;
  #becomeReady: () => void = () => {};

  constructor(options: MqttOptions, document: AttachedDocument, report: (status: SourceStatus) => void) {
    this.#options = options;
    this.#document = document;
    this.#report = reportChanges(report);
    this.#people = new LinkPeople(document.awareness);
    this.#timers = new Timers(options.clock);
    this.#outbox = new RelayOutbox({
      ...{ document, timers: this.#timers, random: options.random },
      broadcast: (frame) => void this.#channel?.broadcast(frame),
      isLinked: () => options.links !== undefined && this.#peers.areLinked(options.links.get()),
    });
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    document.doc.on("update", this.#updated);
    document.awareness.on("update", this.#presenceChanged);
    this.#stopBetter = options.better.subscribe(() => this.#betterChanged());
    this.#timers.set("away", CONNECT_PATIENCE, () => {
      this.#away = true;
      this.#becomeReady();
      this.#sayStatus();
    });
    this.#say({ state: "connecting" });
    this.#betterChanged();
    void this.#connect();
  }

  async flush(): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonic() + FLUSH_LIMIT;
    this.#outbox.flush();
    while (this.#channel?.flushed === false && this.#channel.online && clock.monotonic() < end) {
      await new Promise<void>((resolve) => clock.after(FLUSH_POLL, resolve));
    }
  }

  resync(): void {
    if (!this.#active || this.#channel?.online !== true) return;
    const chosen = this.#peers.inTurn(ASKED_PEERS);
    for (const peer of chosen) this.#ask(peer);
    if (chosen.length === 0) this.#hello();
  }

  async detach(): Promise<void> {
    if (!this.#attached) return;
    this.#document.doc.off("update", this.#updated);
    this.#document.awareness.off("update", this.#presenceChanged);
    this.#attached = false;
    this.#stopBetter();
    this.#outbox.flush();
    this.#channel?.broadcast(byeFrame());
    await this.flush();
    this.#timers.clear();
    this.#becomeReady();
    await this.#channel?.close();
    this.#channel = undefined;
  }

  /** Never rejects: whatever goes wrong ends in a status. */
  async #connect(): Promise<void> {
    const { when, connect, keys, clock, logger } = this.#options;
    await when?.();
    if (!this.#attached) return;
    try {
      this.#channel = new RelayChannel(
        { ...connect(), keys, clock },
        {
          online: (online) => this.#onlineChanged(online),
          received: (frame, from, direct) => this.#received(frame, from, direct),
          unreadable: (why) => {
            logger.warn("a message over the broker was lost", { why });
            this.#timers.start("mend", ASK_SPACING, () => this.resync());
          },
        },
      );
    } catch (error) {
      this.#becomeReady();
      this.#say({ state: "failed", code: "bad-address", message: `The broker cannot be used: ${messageOf(error)}` });
    }
  }

  /** Somebody is reached by the broker alone: we, or another. */
  get #active(): boolean {
    return this.#needs || this.#peers.needy;
  }

  #betterChanged(): void {
    this.#timers.stop("need");
    if (!this.#options.better.get()) {
      this.#timers.set("need", this.#options.needAfter, () => this.#setNeeds(true));
    } else if (this.#needs) {
      this.#setNeeds(false);
    }
  }

  #setNeeds(needs: boolean): void {
    this.#needs = needs;
    this.#asked.clear();
    if (this.#channel?.online === true) this.#hello();
    this.#sayStatus();
  }

  #onlineChanged(online: boolean): void {
    if (!this.#attached) return;
    this.#peers.clear();
    this.#asked.clear();
    if (online) {
      this.#timers.stop("away");
      this.#away = false;
      this.#hello();
      this.#timers.set("alone", ALONE_AFTER, () => {
        if (this.#asked.size === 0) this.#becomeReady();
        else this.#timers.set("alone", ANSWER_PATIENCE, () => this.#becomeReady());
      });
      this.#repeatHello();
    } else {
      this.#away = true;
      this.#timers.stop("hello");
    }
    this.#sayStatus();
  }

  #repeatHello(): void {
    this.#timers.set("hello", ms(HELLO_INTERVAL * (0.5 + this.#options.random())), () => {
      this.#peers.expire(this.#options.clock.monotonic());
      if (this.#needs) this.#hello();
      this.#sayStatus();
      this.#repeatHello();
    });
  }

  #hello(): void {
    this.#channel?.broadcast(this.#ownHello());
    if (this.#needs) this.#outbox.show([this.#document.doc.clientID]);
  }

  #ownHello(): Uint8Array<ArrayBuffer> {
    this.#toldLink = this.#ownLink();
    return helloFrame(this.#needs, this.#toldLink);
  }

  #ownLink(): string | undefined {
    return readString(this.#document.awareness.getLocalState()?.[LINK_FIELD], LINK_LIMIT);
  }

  #received(bytes: Uint8Array, from: PeerId, direct: boolean): void {
    if (!this.#attached) return;
    const frame = readRelayFrame(bytes);
    try {
      if (frame === undefined) throw new Error("not a frame of the relay");
      this.#peers.heard(from, this.#options.clock.monotonic());
      this.#read(frame, from, direct);
    } catch (error) {
      this.#options.logger.warn("a peer sent what could not be read", { error: messageOf(error) });
      // What was in it is lost.
      this.#timers.start("mend", ASK_SPACING, () => this.resync());
    }
    this.#sayStatus();
  }

  #read(frame: RelayFrame, from: PeerId, direct: boolean): void {
    switch (frame.type) {
      case "hello":
        this.#met(from, frame, direct);
        return;
      case "bye":
        this.#peers.gone(from);
        return;
      case "ask":
        this.#answer(from, frame.stateVector);
        return;
      case "update":
        this.#apply(frame.update, direct ? from : undefined);
        if (frame.answer) this.#becomeReady();
        return;
      case "awareness":
        this.#applyPresence(frame.update);
        return;
      default:
        // What only hosts say, or programs newer than this one.
        return;
    }
  }

  #met(from: PeerId, hello: Hello, direct: boolean): void {
    this.#peers.heard(from, this.#options.clock.monotonic(), hello);
    if (hello.needs && !direct) this.#channel?.send(from, this.#ownHello());
    if (this.#needs && !this.#asked.has(from) && this.#asked.size < ASKED_PEERS) this.#ask(from);
  }

  #ask(peer: PeerId): void {
    const now = this.#options.clock.monotonic();
    if (now - (this.#asked.get(peer) ?? Number.NEGATIVE_INFINITY) < ASK_SPACING) return;
    this.#asked.set(peer, now);
    this.#channel?.send(peer, askFrame(Y.encodeStateVector(this.#document.doc)));
  }

  #answer(peer: PeerId, stateVector: Uint8Array): void {
    const { doc, awareness } = this.#document;
    const clients = [...awareness.getStates().keys()];
    const whole = this.#channel?.send(peer, answerFrame(Y.encodeStateAsUpdate(doc, stateVector)));
    if (whole === false) this.#options.logger.warn("the notebook is too large for the broker");
    this.#channel?.send(peer, awarenessFrame(encodeAwarenessUpdate(awareness, clients)));
    this.#ask(peer);
  }

  #apply(update: Uint8Array, toldBy: PeerId | undefined): void {
    this.#outbox.seen(update);
    this.#toldBy = toldBy;
    try {
      applyFrom(this.#document.doc, update, this.#origin);
    } finally {
      this.#toldBy = undefined;
    }
  }

  #applyPresence(update: Uint8Array): void {
    const { awareness, doc } = this.#document;
    const entries = readAwarenessUpdate(update);
    if (entries === undefined) throw new Error("malformed presence");
    this.#outbox.seenPresence(entries);
    // Somebody believes us gone; y-protocols raises our clock, and this says it.
    if (entries.some((entry) => entry.client === doc.clientID && entry.state === undefined)) {
      queueMicrotask(() => this.#outbox.show([doc.clientID]));
    }
    const heard = this.#people.admit(this, foreignEntries(entries, doc.clientID));
    applyAwarenessUpdate(awareness, writeAwarenessUpdate(heard), this.#origin);
  }

  readonly #updated = (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    if (!this.#active) return;
    if (origin === this.#origin) {
      const others = this.#peers.size > 1;
      if (this.#toldBy !== undefined && others) this.#outbox.own(update);
    } else if (transaction.local || origin === OTHER_TAB) {
      this.#outbox.own(update);
    } else {
      this.#outbox.foreign(update);
    }
  };

  readonly #presenceChanged = (change: PresenceChange, origin: unknown): void => {
    if (origin === this.#origin || !this.#active) return;
    this.#outbox.presence(change, origin);
    // Links began, or ended, after we had said who we are.
    if (this.#channel?.online === true && this.#ownLink() !== this.#toldLink) this.#hello();
  };

  #sayStatus(): void {
    if (this.#channel?.online === true) {
      const activity = this.#active ? { peers: this.#peers.size } : { standby: true };
      this.#say({ state: "connected", held: false, ...activity });
    } else if (this.#away) {
      this.#say({ state: "offline", reason: "The message broker does not answer." });
    }
  }

  #say(status: SourceStatus): void {
    if (this.#attached) this.#report(status);
  }
}
