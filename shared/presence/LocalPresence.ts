import type { Awareness } from "y-protocols/awareness";
import type { Dispose } from "../base/dispose.ts";
import { ms, type Milliseconds } from "../base/units.ts";

/** A caret that moves is shown at most this often: ten times a second is smooth, and thirty peers hear of each move. */
export const PUBLISH_SPACING = ms(100);
/**
 * A caret that moves because somebody types moves with the text at everybody's. What says so comes after the text is drawn,
 * at both ends: together, each key would wait for both.
 */
export const PUBLISH_DELAY = ms(40);

/** The parts of `Clock` that are needed here. */
export interface PublishingClock {
  monotonic(): Milliseconds;
  after(delay: Milliseconds, callback: () => void): Dispose;
}

/**
 * What we show of ourselves. The first change after a pause leaves after `PUBLISH_DELAY`; those that follow closely leave
 * together. Other fields of the awareness state are left as they are.
 */
export class LocalPresence {
  readonly #awareness: Awareness;
  readonly #clock: PublishingClock;
  #changed: Record<string, unknown> = {};
  #lastPublished = Number.NEGATIVE_INFINITY;
  #waiting: Dispose | undefined;
  #disposed = false;

  constructor(awareness: Awareness, clock: PublishingClock) {
    this.#awareness = awareness;
    this.#clock = clock;
  }

  /** Shows `value` under `field` soon. */
  set(field: string, value: unknown): void {
    this.#changed[field] = value;
    if (this.#waiting !== undefined || this.#disposed) return;
    const spacing = PUBLISH_SPACING - (this.#clock.monotonic() - this.#lastPublished);
    this.#waiting = this.#clock.after(ms(Math.max(PUBLISH_DELAY, spacing)), () => this.publish());
  }

  /** Shows now what waits. */
  publish(): void {
    this.#waiting?.();
    this.#waiting = undefined;
    const state = this.#awareness.getLocalState();
    if (this.#disposed || state === null || Object.keys(this.#changed).length === 0) return;
    const changed = this.#changed;
    this.#changed = {};
    this.#lastPublished = this.#clock.monotonic();
    this.#awareness.setLocalState({ ...state, ...changed });
  }

  /** What we show, or are about to. Null when we have left. */
  get state(): Readonly<Record<string, unknown>> | null {
    const state = this.#awareness.getLocalState();
    // null: what y-protocols says of a peer that has left.
    return state === null ? null : { ...state, ...this.#changed };
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting?.();
  }
}
