import { ms, unixMs, type Milliseconds, type UnixMs } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Dispose } from "#shared/base/dispose.ts";

/**
 * Real time that goes faster for who lives by this clock, so that patience of half a minute is tested in a second, on
 * real sockets. Only for programs whose other side does not count on the same speed.
 */
export class ScaledClock implements Clock {
  readonly #speed: number;
  readonly #start = performance.now();

  constructor(speed: number) {
    this.#speed = speed;
  }

  now(): UnixMs {
    return unixMs(1_700_000_000_000 + this.monotonic());
  }

  monotonic(): Milliseconds {
    return ms((performance.now() - this.#start) * this.#speed);
  }

  after(delay: Milliseconds, callback: () => void): Dispose {
    const timer = setTimeout(callback, delay / this.#speed);
    return () => clearTimeout(timer);
  }
}
