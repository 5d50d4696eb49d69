import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { LINK_FIELD, MeshKeeper, RELAY_FIELD } from "#shared/adapters/webrtc/mesh/MeshKeeper.ts";
import { SignalPost } from "#shared/adapters/webrtc/mesh/SignalPost.ts";
import { LinkBackoff } from "#shared/adapters/webrtc/signalling/LinkBackoff.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import { SignsOfLife } from "#shared/presence/SignsOfLife.ts";
import type { FakeClock } from "../FakeClock.ts";

const LINK_LIMIT: Milliseconds = seconds(10);
const CONNECTING = ms(300);
/** How long a browser takes to notice that the other end of a link is gone without a word. */
const NOTICING: Milliseconds = seconds(6);
const ANNOUNCE_INTERVAL: Milliseconds = seconds(30);

export interface WorldSignal {
  readonly kind: "announce" | "offer" | "answer";
  readonly from: string;
  readonly to?: string;
  readonly token?: number;
}

/** What is around a node: see MeshWorld. */
export interface NodeSurroundings {
  readonly clock: FakeClock;
  readonly nodes: Map<string, MeshNode>;
  readonly server: boolean;
  readonly sent: Record<Message["type"], number>;
  publish(signal: WorldSignal): void;
  later(callback: () => void): void;
  isBlocked(one: string, other: string): boolean;
}

type Message =
  | { readonly type: "update" | "presence"; readonly bytes: Uint8Array }
  | { readonly type: "post"; readonly bytes: Uint8Array };

/** One end of a link. */
export class NodeLink {
  connected = false;
  readonly peer: { readonly initiator: boolean };
  readonly token: number;
  readonly close: (link: NodeLink) => void;
  other: { readonly node: MeshNode; readonly link: NodeLink } | undefined;
  #limit: Dispose = () => undefined;

  constructor(initiator: boolean, token: number, close: (link: NodeLink) => void) {
    this.peer = { initiator };
    this.token = token;
    this.close = close;
  }

  limit(stop: Dispose): void {
    this.#limit = stop;
  }

  connect(): void {
    this.#limit();
    this.connected = true;
  }

  destroy(): void {
    this.#limit();
    const { other } = this;
    this.other = undefined;
    this.close(this);
    if (other !== undefined) {
      other.link.other = undefined;
      other.node.world.later(() => other.link.close(other.link));
    }
  }
}

export class MeshNode {
  readonly world: NodeSurroundings;
  readonly id: string;
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly links = new Map<string, NodeLink>();
  readonly keeper: MeshKeeper;
  readonly #post: SignalPost<NodeLink>;
  readonly #backoff = new LinkBackoff();
  readonly #signs: SignsOfLife;
  #stopAnnouncing: Dispose = () => undefined;
  #dead = false;
  #tokens = 0;

  constructor(world: NodeSurroundings, id: string) {
    this.world = world;
    this.id = id;
    const { clock } = world;
    // y-protocols' own timer goes by the real clock.
    clearInterval(this.awareness._checkInterval as number);
    this.awareness.setLocalState({ [LINK_FIELD]: id });
    this.#signs = new SignsOfLife(this.awareness, clock);
    this.keeper = new MeshKeeper({
      ...{ self: id, awareness: this.awareness, clock, logger: silentLogger },
      links: () => this.links,
      doubts: () => false,
      mayTry: (peer) => this.#backoff.mayTry(peer, clock.monotonic()),
      signalling: () => world.server,
      connect: (peer) => this.#offer(peer),
    });
    this.#post = new SignalPost({
      links: () =>
        [...this.links].filter(([peer, link]) => link.connected && this.keeper.knows(peer)).map(([, link]) => link),
      send: (link, bytes) => this.#send(link, { type: "post", bytes }),
      deliver: (text) => this.signalled(JSON.parse(text) as WorldSignal),
      clock,
    });
    this.doc.on("update", (bytes: Uint8Array) => this.#broadcast({ type: "update", bytes }));
    this.awareness.on("update", ({ added, updated, removed }: Record<string, number[]>) => {
      const clients = [...added!, ...updated!, ...removed!];
      this.#broadcast({ type: "presence", bytes: encodeAwarenessUpdate(this.awareness, clients) });
    });
  }

  get serves(): boolean {
    return this.awareness.getLocalState()?.[RELAY_FIELD] === true;
  }

  get linked(): readonly string[] {
    return [...this.links].filter(([, link]) => link.connected).map(([peer]) => peer);
  }

  type(text: string): void {
    this.doc.getText("t").insert(0, text);
  }

  announce(): void {
    if (this.#dead) return;
    this.world.publish({ kind: "announce", from: this.id });
    this.#stopAnnouncing();
    this.#stopAnnouncing = this.world.clock.after(ANNOUNCE_INTERVAL, () => this.announce());
  }

  signalled(signal: WorldSignal): void {
    if (this.#dead || signal.from === this.id) return;
    const link = this.links.get(signal.from);
    this.keeper.heard(signal.from);
    const room = this.links.size < this.keeper.limit && this.#backoff.mayTry(signal.from, this.world.clock.monotonic());
    if (signal.kind === "announce") {
      if (link === undefined && room && this.keeper.welcomes(signal.from)) this.#offer(signal.from);
      return;
    }
    if (signal.to !== this.id) return;
    if (signal.kind === "answer") {
      if (link !== undefined && !link.connected)
        this.world.clock.after(CONNECTING, () => this.#meet(signal.from, link));
      return;
    }
    if (link?.peer.initiator === true && !link.connected && link.token > signal.token!) return;
    link?.destroy();
    if (link === undefined && !room) return;
    this.#make(signal.from, false, signal.token!);
    this.#signal({ kind: "answer", from: this.id, to: signal.from });
  }

  /** Goes without a word: others notice after some seconds. */
  crash(): void {
    this.stop();
    this.world.nodes.delete(this.id);
    for (const link of this.links.values()) {
      const { other } = link;
      if (other !== undefined)
        this.world.clock.after(NOTICING, () => other.link.other !== undefined && other.link.destroy());
    }
  }

  /** Goes as a page does that is closed. */
  leave(): void {
    removeAwarenessStates(this.awareness, [this.awareness.clientID], "left");
    this.stop();
    this.world.nodes.delete(this.id);
    for (const link of [...this.links.values()]) link.destroy();
  }

  stop(): void {
    this.#dead = true;
    this.#stopAnnouncing();
    this.keeper.close();
    this.#signs.dispose();
  }

  #offer(peer: string): void {
    if (this.links.has(peer)) return;
    // Tokens begin with the time, as y-webrtc's do.
    const token = this.world.clock.monotonic() * 1000 + ++this.#tokens + (this.id < peer ? 0.5 : 0);
    this.#make(peer, true, token);
    this.#signal({ kind: "offer", from: this.id, to: peer, token });
  }

  #signal(signal: WorldSignal): void {
    if (this.world.server) this.world.publish(signal);
    else this.#post.send(JSON.stringify(signal));
  }

  #make(peer: string, initiator: boolean, token: number): void {
    const link: NodeLink = new NodeLink(initiator, token, (closed) => this.#closed(peer, closed));
    link.limit(this.world.clock.after(LINK_LIMIT, () => link.destroy()));
    this.links.set(peer, link);
  }

  #meet(peer: string, link: NodeLink): void {
    const node = this.world.nodes.get(peer);
    const other = node?.links.get(this.id);
    const gone = node === undefined || other === undefined || this.links.get(peer) !== link || this.#dead;
    if (gone || link.connected || other.connected || this.world.isBlocked(this.id, peer)) return;
    link.other = { node, link: other };
    other.other = { node: this, link };
    this.#opened(peer, link);
    node.#opened(this.id, other);
  }

  #opened(peer: string, link: NodeLink): void {
    link.connect();
    this.#backoff.worked(peer);
    this.keeper.heard(peer);
    this.#send(link, { type: "update", bytes: Y.encodeStateAsUpdate(this.doc) });
    const clients = [...this.awareness.getStates().keys()];
    this.#send(link, { type: "presence", bytes: encodeAwarenessUpdate(this.awareness, clients) });
  }

  #closed(peer: string, link: NodeLink): void {
    if (this.links.get(peer) !== link) return;
    const worked = link.connected;
    link.connected = false;
    this.links.delete(peer);
    if (this.#dead) return;
    if (worked) this.keeper.lost(peer);
    else this.#backoff.failed(peer, this.world.clock.monotonic());
    this.keeper.look();
    this.announce();
  }

  #broadcast(message: Message): void {
    for (const link of this.links.values()) if (link.connected) this.#send(link, message);
  }

  #send(link: NodeLink, message: Message): void {
    this.world.sent[message.type]++;
    this.world.later(() => {
      const { other } = link;
      if (other !== undefined) other.node.#received(message, other.link);
    });
  }

  #received(message: Message, from: NodeLink): void {
    if (this.#dead) return;
    if (message.type === "update") Y.applyUpdate(this.doc, message.bytes, this);
    else if (message.type === "presence") applyAwarenessUpdate(this.awareness, message.bytes, this);
    else this.#post.received(message.bytes, from);
  }
}
