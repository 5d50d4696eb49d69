import { disposeAll, type Dispose } from "../base/dispose.ts";
import type { Milliseconds } from "../base/units.ts";
import type { Clock } from "../ports/Clock.ts";

/** Timers with names, at most one of each. */
export class Timers {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Dispose>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Replaces the timer of this name. */
  set(name: string, delay: Milliseconds, callback: () => void): void {
    this.stop(name);
    this.#waiting.set(
      name,
      this.#clock.after(delay, () => {
        this.#waiting.delete(name);
        callback();
      }),
    );
  }

  /** Leaves a timer of this name that is already waiting as it is. */
  start(name: string, delay: Milliseconds, callback: () => void): void {
    if (!this.#waiting.has(name)) this.set(name, delay, callback);
  }

  stop(name: string): void {
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
  }

  clear(): void {
    disposeAll([...this.#waiting.values()]);
    this.#waiting.clear();
  }
}
