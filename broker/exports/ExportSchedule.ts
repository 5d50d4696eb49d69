import type { Dispose } from "#shared/base/dispose.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** A notebook is exported when nobody has changed it for so long. */
export const QUIET: Milliseconds = seconds(1);
/** … or after this, if somebody types all the time. */
export const LONGEST_DELAY: Milliseconds = seconds(30);
/** How long a notebook whose export failed is left alone, doubling up to the second value: it must not delay others. */
const FIRST_RETRY: Milliseconds = seconds(30);
const LAST_RETRY: Milliseconds = seconds(600);

interface Waiting {
  readonly since: number;
  changed: number;
}

interface Failure {
  readonly until: number;
  readonly delay: Milliseconds;
}

/** Exports notebooks one after another, each when it has been quiet or has waited long enough. */
export class ExportSchedule {
  readonly #run: (room: RoomId) => Promise<boolean>;
  readonly #clock: Clock;
  readonly #waiting = new Map<RoomId, Waiting>();
  readonly #failures = new Map<RoomId, Failure>();
  #cancelTimer: Dispose | undefined;
  #running: Promise<void> | undefined;
  #finishing = false;

  /** `run` exports one notebook and never rejects: false if it must be tried again. */
  constructor(run: (room: RoomId) => Promise<boolean>, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
  }

  /** The notebook has changed. */
  note(room: RoomId): void {
    const now = this.#clock.monotonic();
    const waiting = this.#waiting.get(room);
    if (waiting === undefined) this.#waiting.set(room, { since: now, changed: now });
    else waiting.changed = now;
    // Nothing is due sooner than a quiet second from now, so a timer that is set rings early enough.
    this.#wakeIn(QUIET);
  }

  /** Exports everything that waits, at once, for as long as `limit` allows. Returns whether nothing waits any more. */
  async finish(limit: Milliseconds): Promise<boolean> {
    const end = this.#clock.monotonic() + limit;
    this.#finishing = true;
    this.#cancelTimer?.();
    await this.#running;
    for (const room of [...this.#waiting.keys()]) {
      if (this.#clock.monotonic() >= end) return false;
      await this.#export(room);
    }
    return this.#waiting.size === 0;
  }

  #wakeIn(delay: Milliseconds): void {
    if (this.#finishing || this.#cancelTimer !== undefined || this.#running !== undefined) return;
    this.#cancelTimer = this.#clock.after(delay, () => {
      this.#cancelTimer = undefined;
      this.#running = this.#exportDue().finally(() => {
        this.#running = undefined;
        if (this.#waiting.size > 0) this.#wakeIn(QUIET);
      });
    });
  }

  async #exportDue(): Promise<void> {
    for (const room of [...this.#waiting.keys()]) {
      if (this.#dueAt(room) <= this.#clock.monotonic()) await this.#export(room);
    }
  }

  #dueAt(room: RoomId): number {
    const waiting = this.#waiting.get(room);
    if (waiting === undefined) return Infinity;
    const due = Math.min(waiting.changed + QUIET, waiting.since + LONGEST_DELAY);
    return Math.max(due, this.#failures.get(room)?.until ?? 0);
  }

  async #export(room: RoomId): Promise<void> {
    // Before it is read: what changes while it is written is a new reason.
    this.#waiting.delete(room);
    if (await this.#run(room)) {
      this.#failures.delete(room);
      return;
    }
    const last = this.#failures.get(room)?.delay;
    const delay = last === undefined ? FIRST_RETRY : ms(Math.min(LAST_RETRY, last * 2));
    this.#failures.set(room, { until: this.#clock.monotonic() + delay, delay });
    this.note(room);
  }
}
