import { removeAwarenessStates, type Awareness } from "y-protocols/awareness";
import type { Dispose } from "../base/dispose.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import type { PublishingClock } from "./LocalPresence.ts";
import type { AwarenessChange } from "./SafeAwareness.ts";

/** Whoever has shown nothing new shows itself again after so long: two may be lost before others give it up. */
export const RENEWAL = ms(15_000);
/** A peer that shows nothing for so long has gone without saying so. As in y-protocols, whose clients we meet. */
export const SILENCE_LIMIT = ms(30_000);
const CHECK_EVERY = ms(3_000);
/** A check that comes so late found us asleep or throttled: what others said meanwhile is still waiting to be read. */
const STOOD_STILL = ms(9_000);

/**
 * Shows us again from time to time, and forgets peers that fell silent: a farewell may be lost on the way.
 * y-protocols does the same by the wall clock. When that is set back by an hour it shows nothing for an hour, so that
 * everybody takes us for gone; this goes by time that has passed.
 */
export class SignsOfLife {
  readonly #awareness: Awareness;
  readonly #clock: PublishingClock;
  readonly #heard = new Map<number, Milliseconds>();
  #checked: Milliseconds;
  #waiting: Dispose;

  constructor(awareness: Awareness, clock: PublishingClock) {
    this.#awareness = awareness;
    this.#clock = clock;
    this.#checked = clock.monotonic();
    for (const client of awareness.getStates().keys()) this.#heard.set(client, this.#checked);
    awareness.on("update", this.#updated);
    this.#waiting = clock.after(CHECK_EVERY, this.#check);
  }

  dispose(): void {
    this.#waiting();
    this.#awareness.off("update", this.#updated);
  }

  readonly #updated = ({ added, updated, removed }: AwarenessChange): void => {
    const now = this.#clock.monotonic();
    for (const client of [...added, ...updated]) this.#heard.set(client, now);
    for (const client of removed) this.#heard.delete(client);
  };

  readonly #check = (): void => {
    const now = this.#clock.monotonic();
    const stoodStill = now - this.#checked >= STOOD_STILL;
    this.#checked = now;
    this.#renew(now);
    this.#forgetSilent(now, stoodStill);
    this.#waiting = this.#clock.after(CHECK_EVERY, this.#check);
  };

  #renew(now: Milliseconds): void {
    const awareness = this.#awareness;
    const local = awareness.getLocalState();
    const shown = this.#heard.get(awareness.clientID) ?? now;
    // null: what y-protocols says of a peer that has left.
    if (local !== null && now - shown >= RENEWAL) awareness.setLocalState(local);
  }

  #forgetSilent(now: Milliseconds, stoodStill: boolean): void {
    const awareness = this.#awareness;
    const silent: number[] = [];
    for (const [client, heard] of this.#heard) {
      if (client === awareness.clientID) continue;
      if (!awareness.getStates().has(client)) this.#heard.delete(client);
      else if (stoodStill) this.#heard.set(client, now);
      else if (now - heard >= SILENCE_LIMIT) silent.push(client);
    }
    if (silent.length > 0) removeAwarenessStates(awareness, silent, "silent");
  }
}
