import type { Dispose } from "../base/dispose.ts";
import type { Milliseconds } from "../base/units.ts";
import type { Clock } from "../ports/Clock.ts";

/** Any number of timers that end together. */
export class TimerSet {
  readonly #clock: Clock;
  readonly #waiting = new Set<Dispose>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(delay: Milliseconds, callback: () => void): Dispose {
    const cancel = this.#clock.after(delay, () => {
      this.#waiting.delete(stop);
      callback();
    });
    const stop = (): void => {
      this.#waiting.delete(stop);
      cancel();
    };
    this.#waiting.add(stop);
    return stop;
  }

  clear(): void {
    for (const stop of [...this.#waiting]) stop();
  }
}
