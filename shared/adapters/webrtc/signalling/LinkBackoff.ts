import { ms, type Milliseconds } from "../../../base/units.ts";

/** Wait after the first failed link to a peer; doubled with each failure. y-webrtc itself tries again at once, for ever. */
export const LINK_RETRY_MIN = ms(2_000);
/** Longest wait: the network may have changed. */
export const LINK_RETRY_MAX = ms(60_000);
/** Peers that are remembered; a room that sees more ids than this forgets the oldest. */
const REMEMBERED_LIMIT = 500;

interface Failures {
  readonly count: number;
  readonly until: Milliseconds;
}

/** Remembers with which peers links failed, and when to try again. Times are monotonic. */
export class LinkBackoff {
  readonly #failures = new Map<string, Failures>();

  /** A link ended without ever having worked. Returns when to try again. */
  failed(peer: string, now: Milliseconds): Milliseconds {
    const count = (this.#failures.get(peer)?.count ?? 0) + 1;
    const until = ms(now + Math.min(LINK_RETRY_MAX, LINK_RETRY_MIN * 2 ** (count - 1)));
    this.#failures.delete(peer);
    this.#failures.set(peer, { count, until });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= REMEMBERED_LIMIT) break;
      this.#failures.delete(oldest);
    }
    return until;
  }

  worked(peer: string): void {
    this.#failures.delete(peer);
  }

  mayTry(peer: string, now: Milliseconds): boolean {
    const failures = this.#failures.get(peer);
    return failures === undefined || now >= failures.until;
  }

  /** Peers to which no link has worked since the last failure. */
  get failing(): number {
    return this.#failures.size;
  }
}
