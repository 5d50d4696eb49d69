// Updates that reached us by another way than the hub. Whoever wrote them most likely gave them to the hub as well, and
// everybody in the room stands where we stand: sent at once, one key typed would reach the hub as often as there are
// peers. So they wait a moment, and are sent only if the hub has not shown by then that it has them.

import { sameBytes } from "../../base/sameBytes.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import { updateRanges, without, type UpdateRange } from "./updateRanges.ts";

/** How long they wait at least; the hub's own way is far shorter on a network that works. */
export const RELAY_DELAY = ms(250);
/** Random time on top, so that one peer's relaying saves the others theirs. */
export const RELAY_SPREAD = ms(500);
/** Larger updates are not compared; they are sent if they are not covered by the time. */
const KEPT_LIMIT = 500;

interface Waiting {
  readonly update: Uint8Array;
  /** What of it the hub has not shown to have; undefined before any of it was looked at. */
  lacks: readonly UpdateRange[] | undefined;
}

export class ForeignUpdates {
  #waiting: Waiting[] = [];

  add(update: Uint8Array): void {
    this.#waiting.push({ update, lacks: undefined });
  }

  /** The hub gave this update itself. It may be several of ours in one. */
  seen(update: Uint8Array): void {
    if (this.#waiting.length === 0 || this.#waiting.length > KEPT_LIMIT) return;
    const left = this.#waiting.filter((waiting) => !sameBytes(waiting.update, update));
    const shown = left.length === this.#waiting.length ? updateRanges(update) : undefined;
    for (const waiting of shown === undefined ? [] : left) {
      const lacks = waiting.lacks ?? updateRanges(waiting.update);
      waiting.lacks = lacks && without(lacks, shown ?? []);
    }
    this.#waiting = left.filter(({ lacks }) => lacks?.length !== 0);
  }

  /** Whether some are waiting. */
  get any(): boolean {
    return this.#waiting.length > 0;
  }

  /** Hands over those that are still waiting. */
  take(): readonly Uint8Array[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken.map(({ update }) => update);
  }
}

export function relayDelay(random: number): Milliseconds {
  return ms(RELAY_DELAY + random * RELAY_SPREAD);
}
