import type { Dispose } from "#shared/base/dispose.ts";
import { ms, unixMs, type Milliseconds, type UnixMs } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes only when the test says so. */
export class FakeClock implements Clock {
  #elapsed = 0;
  #alarms: Alarm[] = [];

  now(): UnixMs {
    return unixMs(1_700_000_000_000 + this.#elapsed);
  }

  monotonic(): Milliseconds {
    return ms(this.#elapsed);
  }

  after(delay: Milliseconds, callback: () => void): Dispose {
    const alarm = { at: this.#elapsed + Math.max(0, delay), callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets `duration` pass, ringing the alarms that fall into it in their order. */
  advance(duration: Milliseconds): void {
    const end = this.#elapsed + duration;
    for (let next = this.#earliest(end); next !== undefined; next = this.#earliest(end)) {
      const alarm = next;
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
      this.#elapsed = Math.max(this.#elapsed, alarm.at);
      alarm.callback();
    }
    this.#elapsed = end;
  }

  /** Like `advance`, but lets promises settle before each alarm, as an event loop does. */
  async advanceAsync(duration: Milliseconds): Promise<void> {
    const end = this.#elapsed + duration;
    await settle();
    for (let next = this.#earliest(end); next !== undefined; next = this.#earliest(end)) {
      this.advance(ms(next.at - this.#elapsed));
      await settle();
    }
    this.#elapsed = end;
  }

  /** Alarms that have not rung. */
  get waiting(): number {
    return this.#alarms.length;
  }

  #earliest(end: number): Alarm | undefined {
    return this.#alarms.filter((alarm) => alarm.at <= end).sort((one, other) => one.at - other.at)[0];
  }
}

/** Enough microtask turns for chains of promises that wait for nothing real. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
