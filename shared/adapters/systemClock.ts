import { ms, unixMs } from "../base/units.ts";
import type { Clock } from "../ports/Clock.ts";

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => unixMs(Date.now()),
  monotonic: () => ms(performance.now()),
  after: (delay, callback) => {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};
