import type { PeerId } from "../../../base/ids.ts";
import { seconds, type Milliseconds } from "../../../base/units.ts";

/** A peer that nobody shows is counted for so long after it was heard: of its announcements two may be lost. */
const HEARD_LIMIT: Milliseconds = seconds(100);
/** Peers that are remembered. Whoever announces more of them than fit in a room is not believed. */
const ROSTER_LIMIT = 500;

interface Entry {
  /** In the presence of the room now. */
  shown: boolean;
  /** It shows that it is a relay. */
  serves: boolean;
  /** Which device it shows itself to be. */
  device: PeerId | undefined;
  /** When anything was last heard of it. */
  heardAt: Milliseconds;
  /** A link to it was lost, and nothing was heard of it since. */
  lost: boolean;
}

export interface RosterPeer {
  readonly id: string;
  readonly serves: boolean;
  readonly device: PeerId | undefined;
}

/** Which peers of a room are there, as far as presence, signalling and links tell. Times are monotonic. */
export class MeshRoster {
  readonly #entries = new Map<string, Entry>();

  heard(id: string, now: Milliseconds): void {
    Object.assign(this.#entry(id, now), { heardAt: now, lost: false });
  }

  shown({ id, serves, device }: RosterPeer, now: Milliseconds): void {
    Object.assign(this.#entry(id, now), { shown: true, serves, device, heardAt: now, lost: false });
  }

  /** It has left, or is taken for gone by those who should know. */
  left(id: string): void {
    this.#entries.delete(id);
  }

  /** We do not see it any more. It may be there all the same. */
  hidden(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.shown = false;
  }

  linkLost(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.lost = true;
  }

  isShown(id: string): boolean {
    return this.#entries.get(id)?.shown === true;
  }

  /** Nothing speaks against a link to it. */
  answers(id: string): boolean {
    return this.#entries.get(id)?.lost === false;
  }

  peers(now: Milliseconds): readonly RosterPeer[] {
    for (const [id, { shown, heardAt }] of this.#entries) {
      if (!shown && now - heardAt > HEARD_LIMIT) this.#entries.delete(id);
    }
    return [...this.#entries].map(([id, { serves, device }]) => ({ id, serves, device }));
  }

  #entry(id: string, now: Milliseconds): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    if (this.#entries.size >= ROSTER_LIMIT) {
      for (const [other, { shown }] of this.#entries) {
        if (shown) continue;
        this.#entries.delete(other);
        break;
      }
    }
    const made: Entry = { shown: false, serves: false, device: undefined, heardAt: now, lost: false };
    if (this.#entries.size < ROSTER_LIMIT) this.#entries.set(id, made);
    return made;
  }
}
