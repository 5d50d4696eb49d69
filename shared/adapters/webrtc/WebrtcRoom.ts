// One room of y-webrtc, from joining to leaving, with what y-webrtc leaves undone done around it.

import { messageOf } from "../../base/errors.ts";
import { ms } from "../../base/units.ts";
import type { AttachedDocument, Receiving } from "../../ports/DocSource.ts";
import type { ChunkedChannel } from "./chunked/ChunkedChannel.ts";
import { LINK_FIELD, MeshKeeper } from "./mesh/MeshKeeper.ts";
import { isPost, SignalPost } from "./mesh/SignalPost.ts";
import { guardSignalling, type SignallingGuard } from "./signalling/guardSignalling.ts";
import { LinkBackoff } from "./signalling/LinkBackoff.ts";
import { TimerSet } from "../TimerSet.ts";
import { LinkGate } from "./access/LinkGate.ts";
import { linkRights } from "./access/linkRights.ts";
import { LinkDoubts } from "./LinkDoubts.ts";
import { LinkParts } from "./LinkParts.ts";
import { keepPresence } from "./keepPresence.ts";
import { pageEvents } from "./pageEvents.ts";
import { goodbyeMessage, queryAwarenessMessage } from "./peerMessage.ts";
import { peerOptions } from "./peerOptions.ts";
import { emptyFor, giveDocument } from "./withoutTabs.ts";
import type { SignallingKey } from "./signalling/signallingSeal.ts";
import type { WebrtcRoomOptions } from "./webrtcOptions.ts";
import type { SignallingSocket, YWebrtcLink, YWebrtcModule, YWebrtcProvider, YWebrtcRoom } from "./yWebrtc.ts";

/** A link that does not work by then never will: its answer was lost, or nothing gets through. Good ones take 1 s. */
const LINK_LIMIT = ms(10_000);
/** Both sides speak as soon as a link works. One that stays silent carries nothing, whatever it says of itself. */
const FIRST_WORD_LIMIT = ms(5_000);
/** How often we say that we are here, in case somebody missed it (mean; spread by half). */
const ANNOUNCE_INTERVAL = ms(30_000);
/** So many unreadable messages, and a link is given up. */
const BAD_MESSAGES_LIMIT = 5;
/** Peers that are asked by one `resync`, in turn: every one would answer with the same. */
const RESYNC_PEERS = 3;
/** y-webrtc counts the links it offers against this; how many there are is decided by the plan of the mesh. */
const OFFERS_LIMIT = 1_000;

export interface WebrtcRoomEvents {
  /** Links or signalling may have changed. */
  readonly changed: () => void;
  /** A peer has given what we lacked, or there is no peer. */
  readonly answered: () => void;
}

export class WebrtcRoom {
  readonly #options: WebrtcRoomOptions;
  readonly #document: AttachedDocument;
  readonly #events: WebrtcRoomEvents;
  readonly #provider: YWebrtcProvider;
  readonly #backoff = new LinkBackoff();
  readonly #channels = new Set<ChunkedChannel>();
  readonly #hooked = new WeakSet<YWebrtcLink>();
  readonly #replaced = new WeakSet<YWebrtcLink>();
  readonly #doubts: LinkDoubts;
  readonly #timers: TimerSet;
  readonly #gate: LinkGate | undefined;
  readonly #parts: LinkParts;
  readonly #guard: SignallingGuard;
  readonly #post: SignalPost<YWebrtcLink>;
  #mesh: MeshKeeper | undefined;
  #room: YWebrtcRoom | undefined;
  #turn = 0;
  #closed = false;
  undeliverable = 0;

  constructor(
    join: { readonly module: YWebrtcModule; readonly key: SignallingKey; readonly document: AttachedDocument },
    options: WebrtcRoomOptions,
    events: WebrtcRoomEvents,
  ) {
    this.#options = options;
    this.#document = join.document;
    this.#events = events;
    const { room, clock, logger } = options;
    this.#timers = new TimerSet(clock);
    this.#doubts = new LinkDoubts({ ...events, clock, logger, doubted: () => this.#mesh?.look() });
    this.#gate = this.#keepGate();
    const rights = this.#gate && linkRights(this.#gate, join.document.doc);
    const silent = (link: YWebrtcLink): void => this.#giveUp(link, "a link answers nothing");
    this.#parts = new LinkParts({ ...events, ...join.document, clock, silent, ...(rights && { rights }) });
    this.#provider = new join.module.WebrtcProvider(room, emptyFor(join.document.doc), {
      // A socket per room: y-webrtc keeps sockets by address, and takes a room's messages from any of them.
      signaling: [`${options.signalling}?room=${encodeURIComponent(room)}`],
      awareness: join.document.awareness,
      maxConns: OFFERS_LIMIT,
      peerOpts: this.#peerOptions(),
    });
    this.#guard = guardSignalling(this.#socket, {
      ...{ room, key: join.key, clock, logger, backoff: this.#backoff },
      links: () => this.#made,
      self: () => this.#room?.peerId,
      limit: () => this.#mesh?.limit ?? 0,
      heard: (peer) => this.#mesh?.heard(peer),
      welcomes: (peer) => this.#mesh?.welcomes(peer) === true,
      replacing: (link) => this.#replaced.add(link),
      detour: (sealed) => this.#post.send(sealed),
      alone: events.answered,
      changed: () => this.#look(),
    });
    this.#post = new SignalPost({
      links: () => this.#linked().filter(({ remotePeerId }) => this.#mesh?.knows(remotePeerId)),
      send: (link, message) => this.#send(link, message),
      deliver: (sealed) => this.#guard.deliver(sealed),
      clock,
    });
    this.#provider.on("peers", () => this.#look());
  }

  #keepGate(): LinkGate | undefined {
    const { access, clock, logger } = this.#options;
    if (access === undefined) return undefined;
    return new LinkGate({
      ...{ ...access, clock, logger },
      opened: (link) => {
        this.#parts.ask(link);
        this.#events.changed();
      },
      shutOut: (link) => {
        this.#backoff.bar(link.remotePeerId, clock.monotonic());
        this.#events.changed();
      },
      changed: () => {
        this.#backoff.pardon();
        this.#mesh?.look();
      },
    });
  }

  /** Resolves when the room is open. */
  async open(): Promise<void> {
    await this.#provider.key;
    this.#room = giveDocument(this.#provider, this.#document.doc);
    // It would empty our presence and leave the room even when the reader decides to stay on the page.
    pageEvents().removeEventListener?.("beforeunload", this.#room._beforeUnloadHandler);
    pageEvents().addEventListener?.("pagehide", this.#sayGoodbye);
    this.#document.awareness.setLocalStateField(LINK_FIELD, this.#room.peerId);
    this.#mesh = this.#keepMesh(this.#room);
    this.#announceLater();
    this.#look();
  }

  #keepMesh({ peerId }: YWebrtcRoom): MeshKeeper {
    const { clock, logger } = this.#options;
    const mesh = new MeshKeeper({
      ...{ self: peerId, awareness: this.#document.awareness, clock, logger },
      links: () => this.#made,
      doubts: (peer) => this.#doubts.has(peer),
      ...(this.#gate && { roles: this.#gate }),
      mayTry: (peer) => this.#backoff.mayTry(peer, clock.monotonic()),
      ...{ signalling: () => this.signalling, connect: (peer: string) => this.#guard.offer(peer) },
    });
    mesh.forwards.subscribe(this.#events.changed);
    return mesh;
  }

  /** Others are reached over relays. */
  get forwards(): boolean {
    return this.#mesh?.forwards.get() === true;
  }

  get signalling(): boolean {
    return this.#socket.connected;
  }

  /** Ids of the peers that are linked to us now. */
  get links(): ReadonlySet<string> {
    const links = this.#open().filter((link) => !this.#doubts.has(link.remotePeerId));
    return new Set(links.map((link) => link.remotePeerId));
  }

  /** How far a large document has come; undefined while none comes. */
  get receiving(): Receiving | undefined {
    return this.#parts.receiving;
  }

  get failing(): number {
    return this.#backoff.failing;
  }

  /** Everything sent has left this device. */
  get flushed(): boolean {
    return [...this.#channels].every((channel) => channel.readyState !== "open" || channel.bufferedAmount === 0);
  }

  /** Asks some peers for what we lack, others the next time; looks for peers if there are none. */
  resync(): void {
    const linked = this.#open();
    for (let index = 0; index < Math.min(RESYNC_PEERS, linked.length); index++) {
      const link = linked[this.#turn++ % linked.length];
      if (link === undefined) continue;
      this.#parts.ask(link);
      this.#send(link, queryAwarenessMessage());
    }
    if (linked.length === 0) this.#announce();
  }

  /** Leaves the room. Resolves when y-webrtc has forgotten it, so that it can be joined again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clear();
    this.#doubts.stop();
    pageEvents().removeEventListener?.("pagehide", this.#sayGoodbye);
    if (this.#room) keepPresence(this.#room, this.#document.awareness);
    this.#provider.disconnect();
    this.#provider.destroy();
    this.#mesh?.close();
    this.#gate?.stop();
    this.#guard.stop();
    this.#parts.stop();
    await this.#provider.key;
    await Promise.resolve();
  }

  /** Others would wait for the network to notice. If the page comes back, the links are made anew. */
  readonly #sayGoodbye = (): void => {
    for (const link of this.#linked()) {
      this.#send(link, goodbyeMessage(this.#document.awareness));
      link.destroy();
    }
  };

  /** Links there are, or that are being made. */
  get #made(): ReadonlyMap<string, YWebrtcLink> {
    return this.#room?.webrtcConns ?? new Map<string, YWebrtcLink>();
  }

  #linked(): readonly YWebrtcLink[] {
    return [...this.#made.values()].filter((link) => link.connected);
  }

  /** Those over which something may go. */
  #open(): readonly YWebrtcLink[] {
    return this.#linked().filter((link) => this.#gate?.isOpen(link) !== false);
  }

  get #socket(): SignallingSocket {
    const socket = this.#provider.signalingConns[0];
    if (socket === undefined) throw new Error("y-webrtc made no signalling socket");
    return socket;
  }

  #peerOptions(): Readonly<Record<string, unknown>> {
    return peerOptions(this.#options, this.#document, {
      answered: this.#events.answered,
      undeliverable: (size) => {
        this.undeliverable = size;
        this.#events.changed();
      },
      opened: (channel) => this.#channels.add(channel),
      closed: (channel) => this.#channels.delete(channel),
      mayRead: (connection) => this.#gate?.isOpenOver(connection) !== false,
    });
  }

  /** Sees to links that y-webrtc has made since we last looked. */
  #look(): void {
    for (const link of this.#made.values()) {
      if (this.#hooked.has(link)) continue;
      this.#hooked.add(link);
      this.#gate?.adopt(link, this.#readerOf(link));
      this.#parts.adopt(link);
      this.#hook(link);
    }
    this.#events.changed();
  }

  #hook(link: YWebrtcLink): void {
    let worked = false;
    let stopLimit = this.#timers.after(LINK_LIMIT, () => this.#giveUp(link, "a link could not be made in time"));
    link.peer.on("connect", () => {
      stopLimit();
      // simple-peer may hand over the other side's first words before it says that it is connected.
      if (!worked) stopLimit = this.#timers.after(FIRST_WORD_LIMIT, () => this.#giveUp(link, "a link carries nothing"));
      this.#events.changed();
    });
    this.#guardData(link, () => {
      if (worked) return;
      worked = true;
      stopLimit();
      this.#backoff.worked(link.remotePeerId);
      this.#mesh?.heard(link.remotePeerId);
      this.#events.changed();
    });
    this.#doubts.watch(link);
    link.peer.on("close", () => {
      stopLimit();
      this.#gate?.lost(link);
      this.#parts.lost(link);
      const replaced = this.#replaced.has(link);
      if (worked && !replaced) this.#mesh?.lost(link.remotePeerId);
      if (!worked && !replaced && !this.#closed) this.#retryLater(link.remotePeerId);
      this.#events.changed();
    });
  }

  #giveUp(link: YWebrtcLink, why: string): void {
    this.#options.logger.info(why, { peer: link.remotePeerId });
    link.destroy();
  }

  /** What a peer sends may be anything; y-webrtc reads it without a net. */
  #guardData(link: YWebrtcLink, heard: () => void): void {
    let bad = 0;
    const read = this.#readerOf(link);
    link.peer.removeAllListeners("data");
    link.peer.on("data", (message) => {
      try {
        heard();
        if (this.#gate === undefined) read(message);
        else this.#gate.received(link, message);
      } catch (error) {
        this.#options.logger.warn("a peer sent what could not be read", { error: messageOf(error) });
        if (++bad >= BAD_MESSAGES_LIMIT) link.destroy();
        else this.#parts.ask(link);
      }
    });
  }

  /** Before anybody else listens to the link: what y-webrtc itself does with what comes. */
  #readerOf(link: YWebrtcLink): (message: Uint8Array) => void {
    const readers = [...link.peer.listeners("data")];
    return (message) => {
      if (isPost(message)) this.#post.received(message, link);
      else if (!this.#parts.received(link, message)) for (const read of readers) read(message);
    };
  }

  #retryLater(peer: string): void {
    const { clock } = this.#options;
    const until = this.#backoff.failed(peer, clock.monotonic());
    this.#timers.after(ms(until - clock.monotonic()), () => this.#announce());
  }

  #announceLater(): void {
    this.#timers.after(ms(ANNOUNCE_INTERVAL * (0.5 + Math.random())), () => {
      this.#announce();
      this.#announceLater();
    });
  }

  #announce(): void {
    if (this.#room === undefined) return;
    const data = { type: "announce", from: this.#room.peerId };
    this.#socket.send({ type: "publish", topic: this.#options.room, data });
  }

  #send(link: YWebrtcLink, message: Uint8Array): void {
    try {
      link.peer.send(message);
    } catch (error) {
      // The link is closing; its close event follows.
      this.#options.logger.debug("a link could not send", { error: messageOf(error) });
    }
  }
}
