// A network in one process, whose faults a test or a lesson can switch. With `stores` it is a class host: a replica of its
// own that keeps the document and says what it holds. Without, it is a mesh: messages go from each to each.

import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { seededRandom } from "../../base/seededRandom.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import { applyFrom } from "../../notebook/applyFrom.ts";
import { hasPendingUpdates } from "../../notebook/digest.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { SourceKind } from "../../ports/DocSource.ts";

/** What one node says to another. `id` is asked to be acknowledged, by nodes that store. */
export type MemoryMessage =
  /** Asks for what the sender lacks; `mutual` if the receiver is to ask back. */
  | { readonly type: "ask"; readonly stateVector: Uint8Array; readonly awareness: Uint8Array; readonly mutual: boolean }
  | { readonly type: "update"; readonly update: Uint8Array; readonly id: number; readonly answer: boolean }
  | { readonly type: "stored"; readonly id: number }
  | { readonly type: "awareness"; readonly update: Uint8Array };

export interface MemoryNode {
  receive(message: MemoryMessage, from: MemoryNode): void;
  /** The set of nodes it can reach, or the way to them, changed. */
  reachChanged(): void;
}

/** Faults of every link. Random delays reorder messages. */
export interface MemoryFaults {
  /** Share of messages that vanish, 0–1. */
  readonly loss: number;
  /** Share of messages that arrive twice, 0–1. */
  readonly duplicate: number;
  readonly delay: { readonly min: Milliseconds; readonly max: Milliseconds };
}

export const NO_FAULTS: MemoryFaults = { loss: 0, duplicate: 0, delay: { min: ms(0), max: ms(0) } };

export interface MemoryHubOptions {
  readonly clock: Clock;
  /** Same seed, same faults. */
  readonly seed?: number;
  /** True: a host that keeps the document. False: a mesh that keeps nothing. */
  readonly stores: boolean;
  /** What its sources call themselves; `memory` if nothing is said. */
  readonly kind?: SourceKind;
}

export class MemoryHub {
  readonly kind: SourceKind;
  readonly stores: boolean;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #nodes = new Set<MemoryNode>();
  readonly #cut = new Set<MemoryNode>();
  readonly #host: MemoryHost | undefined;
  #groups: readonly ReadonlySet<MemoryNode>[] = [];
  #down = false;
  faults: MemoryFaults = NO_FAULTS;

  constructor(options: MemoryHubOptions) {
    this.kind = options.kind ?? "memory";
    this.stores = options.stores;
    this.#clock = options.clock;
    this.#random = seededRandom(options.seed ?? 1);
    if (options.stores) this.#host = new MemoryHost(this);
  }

  /** The host's replica, for whoever wants to know what is truly held; undefined in a mesh. */
  get document(): Y.Doc | undefined {
    return this.#host?.doc;
  }

  /** Puts bytes that are no update on the wire to every device, as a broken or hostile peer would. */
  damage(bytes: Uint8Array): void {
    for (const node of this.#nodes) {
      for (const from of this.reach(node).slice(0, 1)) {
        this.send({ type: "update", update: bytes, id: 0, answer: false }, from, node);
        this.send({ type: "awareness", update: bytes }, from, node);
        this.send({ type: "ask", stateVector: bytes, awareness: bytes, mutual: false }, from, node);
      }
    }
  }

  /** Cuts the link of one node, or all links. The node notices; what is on the way to or from it is lost. */
  cut(node?: MemoryNode): void {
    if (node) this.#cut.add(node);
    else this.#down = true;
    this.#announce();
  }

  heal(node?: MemoryNode): void {
    if (node) this.#cut.delete(node);
    else this.#down = false;
    this.#announce();
  }

  /** Loses, unnoticed, every message between nodes of different groups. Nodes in no group, and the host, reach all. */
  partition(groups: readonly (readonly MemoryNode[])[]): void {
    this.#groups = groups.map((group) => new Set(group));
  }

  join(node: MemoryNode): void {
    this.#nodes.add(node);
    this.#announce();
  }

  leave(node: MemoryNode): void {
    this.#nodes.delete(node);
    this.#cut.delete(node);
    this.#announce();
  }

  /** Nodes that `node` talks to directly: the host if there is one, else all others whose links are whole. */
  reach(node: MemoryNode): readonly MemoryNode[] {
    if (this.isCut(node)) return [];
    const others = this.#host && node !== this.#host ? [this.#host] : [...this.#nodes];
    return others.filter((other) => other !== node && !this.#cut.has(other));
  }

  isCut(node: MemoryNode): boolean {
    return this.#down || this.#cut.has(node);
  }

  send(message: MemoryMessage, from: MemoryNode, to: MemoryNode): void {
    const { loss, duplicate } = this.faults;
    if (this.#random() < loss || this.#parted(from, to)) return;
    this.#deliver(message, from, to);
    if (this.#random() < duplicate) this.#deliver(message, from, to);
  }

  /** Ends the host's replica. All sources have been detached. */
  close(): void {
    this.#host?.close();
  }

  #deliver(message: MemoryMessage, from: MemoryNode, to: MemoryNode): void {
    const { min, max } = this.faults.delay;
    this.#clock.after(ms(min + this.#random() * (max - min)), () => {
      if (this.reach(from).includes(to)) to.receive(message, from);
    });
  }

  #parted(from: MemoryNode, to: MemoryNode): boolean {
    const groupOf = (node: MemoryNode): number => this.#groups.findIndex((group) => group.has(node));
    const [one, other] = [groupOf(from), groupOf(to)];
    return one >= 0 && other >= 0 && one !== other;
  }

  #announce(): void {
    this.#host?.reachChanged();
    for (const node of [...this.#nodes]) node.reachChanged();
  }
}

/** The always-on replica of a hub that stores. What it has applied it holds. */
class MemoryHost implements MemoryNode {
  readonly doc = new Y.Doc();
  readonly #awareness = new Awareness(this.doc);
  readonly #hub: MemoryHub;
  /** Through whom each client was last heard of. */
  readonly #owners = new Map<number, MemoryNode>();
  /** Updates that are not called stored yet, because the document lacks what some of them build on. */
  #incomplete: { readonly id: number; readonly from: MemoryNode }[] = [];

  constructor(hub: MemoryHub) {
    this.#hub = hub;
    this.#awareness.setLocalState(null);
    this.doc.on("update", (update: Uint8Array, from: unknown) => {
      this.#spread({ type: "update", update, id: 0, answer: false }, from);
    });
    this.#awareness.on("update", ({ added, updated, removed }: AwarenessChange, from: MemoryNode | "gone") => {
      for (const client of [...added, ...updated]) if (from !== "gone") this.#owners.set(client, from);
      const update = encodeAwarenessUpdate(this.#awareness, [...added, ...updated, ...removed]);
      this.#spread({ type: "awareness", update }, from);
    });
  }

  receive(message: MemoryMessage, from: MemoryNode): void {
    try {
      this.#read(message, from);
    } catch {
      // A device sent bytes that are no update. What it lacks or gives wrongly is its own loss; the host goes on.
    }
  }

  #read(message: MemoryMessage, from: MemoryNode): void {
    switch (message.type) {
      case "ask": {
        const update = Y.encodeStateAsUpdate(this.doc, message.stateVector);
        this.#hub.send({ type: "update", update, id: 0, answer: true }, this, from);
        const awareness = encodeAwarenessUpdate(this.#awareness, [...this.#awareness.getStates().keys()]);
        const stateVector = Y.encodeStateVector(this.doc);
        if (message.mutual) this.#hub.send({ type: "ask", stateVector, awareness, mutual: false }, this, from);
        applyAwarenessUpdate(this.#awareness, message.awareness, from);
        return;
      }
      case "update":
        applyFrom(this.doc, message.update, from);
        this.#incomplete.push({ id: message.id, from });
        // What builds on a lost update waits outside the document, where nobody would find it after a restart.
        if (!hasPendingUpdates(this.doc)) this.#confirm();
        return;
      case "awareness":
        applyAwarenessUpdate(this.#awareness, message.update, from);
        return;
      case "stored":
        return;
    }
  }

  #confirm(): void {
    const complete = this.#incomplete;
    this.#incomplete = [];
    for (const { id, from } of complete) this.#hub.send({ type: "stored", id }, this, from);
  }

  /** Whose link has broken is gone, whether or not it said so. */
  reachChanged(): void {
    const reached = new Set(this.#hub.reach(this));
    const gone = [...this.#owners].filter(([, owner]) => !reached.has(owner)).map(([client]) => client);
    for (const client of gone) this.#owners.delete(client);
    removeAwarenessStates(this.#awareness, gone, "gone");
  }

  close(): void {
    this.#awareness.destroy();
    this.doc.destroy();
  }

  #spread(message: MemoryMessage, except: unknown): void {
    for (const node of this.#hub.reach(this)) if (node !== except) this.#hub.send(message, this, node);
  }
}

/** What an awareness event says changed: client ids. */
export interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}
