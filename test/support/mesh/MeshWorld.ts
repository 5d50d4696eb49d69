// Peers of one room with the product's own MeshKeeper, SignalPost and LinkBackoff, over links in memory that behave as
// y-webrtc's do: an announcement is answered by an offer, whatever changes a document goes over all links, nothing is sent
// twice. Time is simulated.

import * as Y from "yjs";
import { seconds, ms, type Milliseconds } from "#shared/base/units.ts";
import { FakeClock } from "../FakeClock.ts";
import { MeshNode, type NodeSurroundings, type WorldSignal } from "./MeshNode.ts";

/** One way through the signalling server, or over a link. */
const DELAY = ms(20);

export class MeshWorld implements NodeSurroundings {
  readonly clock = new FakeClock();
  readonly nodes = new Map<string, MeshNode>();
  /** The signalling server is there. */
  server = true;
  /** Messages over links, by what they carry. */
  readonly sent = { update: 0, presence: 0, post: 0 };
  /** Pairs between which the network lets nothing through. */
  readonly blocked = new Set<string>();
  #made = 0;

  join(): MeshNode {
    const node = new MeshNode(this, `${(++this.#made * 7919) % 1000}-peer-${this.#made}`);
    this.nodes.set(node.id, node);
    node.announce();
    return node;
  }

  async joinAll(count: number, spacing: Milliseconds = ms(100)): Promise<void> {
    for (let index = 0; index < count; index++) {
      this.join();
      await this.pass(spacing);
    }
  }

  get live(): readonly MeshNode[] {
    return [...this.nodes.values()];
  }

  publish(signal: WorldSignal): void {
    if (!this.server) return;
    this.later(() => {
      if (!this.server) return;
      for (const node of this.live) if (node.id !== signal.from) node.signalled(signal);
    });
  }

  later(callback: () => void): void {
    this.clock.after(DELAY, callback);
  }

  isBlocked(one: string, other: string): boolean {
    return this.blocked.has([one, other].sort().join("–"));
  }

  pass(time: Milliseconds): Promise<void> {
    return this.clock.advanceAsync(time);
  }

  /** Passes time until `condition` holds. */
  async until(what: string, condition: () => boolean, limit: Milliseconds = seconds(120)): Promise<Milliseconds> {
    const start = this.clock.monotonic();
    while (!condition()) {
      if (this.clock.monotonic() - start > limit) throw new Error(`never came true: ${what}`);
      await this.pass(ms(250));
    }
    return ms(this.clock.monotonic() - start);
  }

  /** Groups that are joined by links that work. */
  get groups(): readonly ReadonlySet<string>[] {
    const left = new Set(this.nodes.keys());
    const groups: Set<string>[] = [];
    for (const first of left) {
      const group = new Set([first]);
      for (const id of group) {
        left.delete(id);
        for (const [next, link] of this.nodes.get(id)!.links) {
          if (link.connected && this.nodes.has(next)) group.add(next);
        }
      }
      groups.push(group);
    }
    return groups;
  }

  get together(): boolean {
    return this.groups.length === 1;
  }

  get relays(): readonly MeshNode[] {
    return this.live.filter((node) => node.serves);
  }

  get mostLinks(): number {
    return Math.max(...this.live.map((node) => node.linked.length));
  }

  get links(): ReadonlySet<string> {
    return new Set(this.live.flatMap(({ id, linked }) => linked.map((other) => [id, other].sort().join("–"))));
  }

  get converged(): boolean {
    const [first, ...rest] = this.live.map(({ doc }) => Y.encodeStateVector(doc));
    return rest.every((vector) => Buffer.compare(vector, first!) === 0);
  }

  end(): void {
    for (const node of this.live) node.stop();
    this.nodes.clear();
  }
}
