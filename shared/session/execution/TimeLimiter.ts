import type { Dispose } from "../../base/dispose.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/** Calls when something has run for so long; what passes while it is paused does not count. */
export class TimeLimiter {
  #closed = false;
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #left: Milliseconds;
  #running: { readonly since: Milliseconds; readonly stop: Dispose } | undefined;

  constructor(clock: Clock, limit: Milliseconds, onOver: () => void) {
    this.#clock = clock;
    this.#left = limit;
    this.#onOver = onOver;
  }

  run(): void {
    if (this.#closed) return;
    this.#running ??= { since: this.#clock.monotonic(), stop: this.#clock.after(this.#left, () => this.#over()) };
  }

  pause(): void {
    if (this.#running === undefined) return;
    this.#running.stop();
    this.#left = ms(Math.max(0, this.#left - (this.#clock.monotonic() - this.#running.since)));
    this.#running = undefined;
  }

  /** It does not run any more. */
  close(): void {
    this.pause();
    this.#closed = true;
  }

  #over(): void {
    this.#running = undefined;
    this.#onOver();
  }
}
