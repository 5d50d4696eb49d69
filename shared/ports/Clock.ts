import type { Dispose } from "../base/dispose.ts";
import type { Milliseconds, UnixMs } from "../base/units.ts";

export interface Clock {
  /** Wall clock, for display and records. May jump. */
  now(): UnixMs;
  /** Monotonic, for measuring and timeouts. Its zero means nothing. */
  monotonic(): Milliseconds;
  /** Calls back once after `delay`, unless disposed before. */
  after(delay: Milliseconds, callback: () => void): Dispose;
}
