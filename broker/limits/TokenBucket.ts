import { ms, type Milliseconds } from "#shared/base/units.ts";

/** How much may come at once, and how much per second after that. The unit is the caller's: messages or bytes. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Tells how long to wait, never that something is lost: what comes too fast is taken all the same and becomes a debt
 * that must be waited off. The caller stops reading for that long, so that the sender's own socket slows it down.
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #updated: Milliseconds;

  constructor(rate: Rate, now: Milliseconds) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#updated = now;
  }

  /** Takes `cost` and returns how long nothing more should be read; 0 = go on. `now` is monotonic. */
  take(cost: number, now: Milliseconds): Milliseconds {
    const gained = ((now - this.#updated) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained) - cost;
    this.#updated = now;
    return ms(this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#rate.perSecond) * 1000));
  }
}
