import { ms, seconds, type Milliseconds } from "../base/units.ts";

/** A pause after which a stretch of work is over and its end is kept. */
export const QUIET: Milliseconds = seconds(60);
/** While work goes on without a pause, a state is kept this often: what one looks for later is minutes old, not seconds. */
export const INTERVAL: Milliseconds = seconds(300);

/** Monotonic times of the first and the last change that no kept state has. */
export interface Unkept {
  readonly first: Milliseconds;
  readonly last: Milliseconds;
}

/** When the next state is to be kept, and why. */
export function captureDue({ first, last }: Unkept): {
  readonly at: Milliseconds;
  readonly cause: "interval" | "quiet";
} {
  const quiet = ms(last + QUIET);
  const interval = ms(first + INTERVAL);
  return quiet <= interval ? { at: quiet, cause: "quiet" } : { at: interval, cause: "interval" };
}
