import { seconds, type Milliseconds } from "#shared/base/units.ts";

/** A page that crashes this often in `CRASH_WINDOW` crashes because of what it shows: starting it again cannot help. */
const CRASH_LIMIT = 3;
const CRASH_WINDOW: Milliseconds = seconds(60);

/** Counts the crashes of one window's page. Times are of one monotonic clock. */
export class CrashCounter {
  #times: readonly Milliseconds[] = [];

  /** Notes a crash; true if the page should be loaded again. Nothing typed is lost by it: it is stored as it is typed. */
  crashed(now: Milliseconds): boolean {
    this.#times = [...this.#times.filter((time) => now - time < CRASH_WINDOW), now];
    return this.#times.length < CRASH_LIMIT;
  }
}
