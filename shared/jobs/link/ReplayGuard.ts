import type { PeerId } from "../../base/ids.ts";
import type { EnvelopeHeader } from "../envelope.ts";

/** Envelopes may overtake one another by this much; a broker that keeps MQTT's order needs none of it. */
export const REPLAY_WINDOW = 256;
/** Senders, and senders × topics, remembered. A class has some hundred; above it the oldest is forgotten. */
const REMEMBERED_LIMIT = 4_096;

interface Window {
  highest: number;
  readonly seen: Set<number>;
}

/**
 * Remembers which envelopes were accepted, so that none is accepted twice.
 * 1. A life (incarnation) older than the newest one accepted of a sender is over: nothing of it is accepted any more.
 * 2. Within a life each number is accepted once per topic, and none that lies more than the window below the highest.
 * Ask `isNew` before the costly signature check and `accept` after it: forged envelopes must not close the window.
 */
export class ReplayGuard {
  readonly #lives = new Map<PeerId, number>();
  readonly #windows = new Map<string, Window>();

  /** The newest life of a sender that was accepted. */
  lifeOf(from: PeerId): number | undefined {
    return this.#lives.get(from);
  }

  isNew(from: PeerId, topic: string, header: EnvelopeHeader): boolean {
    const life = this.#lives.get(from);
    if (life === undefined || header.incarnation > life) return true;
    if (header.incarnation < life) return false;
    const window = this.#windows.get(`${from} ${topic}`);
    if (window === undefined) return true;
    return header.seq > window.highest - REPLAY_WINDOW && !window.seen.has(header.seq);
  }

  /** Records an envelope; false if it was accepted meanwhile. */
  accept(from: PeerId, topic: string, header: EnvelopeHeader): boolean {
    if (!this.isNew(from, topic, header)) return false;
    this.meet(from, header.incarnation);
    const name = `${from} ${topic}`;
    const window = this.#windows.get(name) ?? { highest: -1, seen: new Set() };
    window.seen.add(header.seq);
    window.highest = Math.max(window.highest, header.seq);
    for (const seq of window.seen) {
      if (seq > window.highest - REPLAY_WINDOW) break;
      window.seen.delete(seq);
    }
    remember(this.#windows, name, window);
    return true;
  }

  /** Learns of a sender's life. A newer one ends what was remembered of the older. */
  meet(from: PeerId, incarnation: number): void {
    const life = this.#lives.get(from);
    if (life !== undefined && incarnation <= life) return;
    remember(this.#lives, from, incarnation);
    for (const name of this.#windows.keys()) if (name.startsWith(`${from} `)) this.#windows.delete(name);
  }
}

/** Puts an entry last; a Map keeps the order of insertion, so the first key is then the one heard longest ago. */
function remember<Key, Entry>(entries: Map<Key, Entry>, key: Key, entry: Entry): void {
  entries.delete(key);
  entries.set(key, entry);
  const [oldest] = entries.keys();
  if (entries.size > REMEMBERED_LIMIT && oldest !== undefined) entries.delete(oldest);
}
