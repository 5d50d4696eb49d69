import type { Dispose } from "../../base/dispose.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/**
 * Rings for a machine that names the next instant it waits for after every step. Rings no later than the instant set
 * last, but perhaps sooner: an earlier instant that was set before stays, so that a busy machine costs no timers.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at: Milliseconds | undefined;
  #stop: Dispose = () => {};

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  set(at: Milliseconds | undefined): void {
    if (at === undefined) {
      this.stop();
      return;
    }
    if (this.#at !== undefined && this.#at <= at) return;
    this.stop();
    this.#at = at;
    const wait = ms(Math.max(0, at - this.#clock.monotonic()));
    this.#stop = this.#clock.after(wait, () => {
      this.#at = undefined;
      this.#ring();
    });
  }

  stop(): void {
    this.#stop();
    this.#at = undefined;
  }
}
