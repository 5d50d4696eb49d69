import type { PeerId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Hello } from "./relayFrames.ts";

/** How often a peer that needs the broker says that it is here (mean; spread by half). */
export const HELLO_INTERVAL = ms(10_000);
/** A peer that was not heard for so long is gone: two hellos may be lost. */
export const PEER_PATIENCE = ms(35_000);
/** Peers that are remembered: a school year in one room. */
const REMEMBERED_LIMIT = 1_000;

interface Known extends Hello {
  readonly heard: Milliseconds;
}

/** Who can be reached over a broker in one room. Times are monotonic. */
export class RelayPeers {
  readonly #known = new Map<PeerId, Known>();
  #turn = 0;

  /** Something came from this peer; a hello says what it `needs`, and where its links end. */
  heard(peer: PeerId, now: Milliseconds, hello: Hello | undefined = this.#known.get(peer)): void {
    this.#known.delete(peer);
    this.#known.set(peer, { heard: now, needs: hello?.needs ?? false, link: hello?.link });
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > REMEMBERED_LIMIT) this.#known.delete(oldest);
  }

  gone(peer: PeerId): void {
    this.#known.delete(peer);
  }

  clear(): void {
    this.#known.clear();
  }

  expire(now: Milliseconds): void {
    for (const [peer, { heard }] of this.#known) if (now - heard > PEER_PATIENCE) this.#known.delete(peer);
  }

  get size(): number {
    return this.#known.size;
  }

  /** Somebody is reached by the broker alone. */
  get needy(): boolean {
    return [...this.#known.values()].some(({ needs }) => needs);
  }

  /** Whether there is anybody, and each is the other end of one of these links. */
  areLinked(links: ReadonlySet<string>): boolean {
    const known = [...this.#known.values()];
    return known.length > 0 && known.every(({ link }) => link !== undefined && links.has(link));
  }

  /** Up to `count` peers, others each time. */
  inTurn(count: number): readonly PeerId[] {
    const peers = [...this.#known.keys()].sort();
    const chosen = Array.from({ length: Math.min(count, peers.length) }, () => peers[this.#turn++ % peers.length]);
    return chosen.filter((peer) => peer !== undefined);
  }
}
