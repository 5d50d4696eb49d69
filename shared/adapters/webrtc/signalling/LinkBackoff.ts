import { ms, type Milliseconds } from "../../../base/units.ts";

/** Wait after the first failed link to a peer; doubled with each failure. y-webrtc itself tries again at once, for ever. */
export const LINK_RETRY_MIN = ms(2_000);
/** Longest wait: the network may have changed. */
export const LINK_RETRY_MAX = ms(60_000);
/** Who may not be here, as things are known, is asked again after so long: it may have proven itself too slowly. */
export const BARRED: Milliseconds = ms(60_000);
/** Peers that are remembered; a room that sees more ids than this forgets the oldest. */
const REMEMBERED_LIMIT = 500;

interface Failures {
  readonly count: number;
  readonly until: Milliseconds;
}

/** Remembers with which peers links failed, and when to try again. Times are monotonic. */
export class LinkBackoff {
  readonly #failures = new Map<string, Failures>();
  readonly #barred = new Map<string, Milliseconds>();

  /** A link ended without ever having worked. Returns when to try again. */
  failed(peer: string, now: Milliseconds): Milliseconds {
    const count = (this.#failures.get(peer)?.count ?? 0) + 1;
    const until = ms(now + Math.min(LINK_RETRY_MAX, LINK_RETRY_MIN * 2 ** (count - 1)));
    this.#failures.delete(peer);
    this.#failures.set(peer, { count, until });
    keepNewest(this.#failures);
    return until;
  }

  /** The peer may not be linked. No failure: the network lets it through. */
  bar(peer: string, now: Milliseconds): void {
    this.#barred.delete(peer);
    this.#barred.set(peer, ms(now + BARRED));
    keepNewest(this.#barred);
  }

  /** What kept peers out may have changed. */
  pardon(): void {
    this.#barred.clear();
  }

  worked(peer: string): void {
    this.#failures.delete(peer);
  }

  mayTry(peer: string, now: Milliseconds): boolean {
    const until = Math.max(this.#failures.get(peer)?.until ?? -Infinity, this.#barred.get(peer) ?? -Infinity);
    return now >= until;
  }

  /** Peers to which no link has worked since the last failure. */
  get failing(): number {
    return this.#failures.size;
  }
}

function keepNewest(remembered: Map<string, unknown>): void {
  for (const oldest of remembered.keys()) {
    if (remembered.size <= REMEMBERED_LIMIT) break;
    remembered.delete(oldest);
  }
}
