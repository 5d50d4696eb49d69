import { systemClock } from "#shared/adapters/systemClock.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** Real time, and a count of the timers that are set. */
export function countingClock(): { readonly clock: Clock; readonly timers: ReadonlySet<object> } {
  const timers = new Set<object>();
  const clock: Clock = {
    ...systemClock,
    after: (delay, callback) => {
      const timer = {};
      timers.add(timer);
      const dispose = systemClock.after(delay, () => {
        timers.delete(timer);
        callback();
      });
      return () => {
        timers.delete(timer);
        dispose();
      };
    },
  };
  return { clock, timers };
}
