import type { Milliseconds } from "../base/units.ts";

const SECOND = 1_000;
const SECONDS = 60;

/** Counts what happened within the last minute, to the second. Costs the same however much happens. */
export class MinuteCount {
  readonly #counts = new Array<number>(SECONDS).fill(0);
  #last = 0;

  add(at: Milliseconds): void {
    this.#forget(at);
    const place = this.#last % SECONDS;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  count(at: Milliseconds): number {
    this.#forget(at);
    return this.#counts.reduce((sum, one) => sum + one, 0);
  }

  /** Empties the seconds that passed since it was last asked. */
  #forget(at: Milliseconds): void {
    const second = Math.floor(at / SECOND);
    const passed = Math.min(SECONDS, second - this.#last);
    for (let index = 1; index <= passed; index++) this.#counts[(second - passed + index) % SECONDS] = 0;
    this.#last = Math.max(this.#last, second);
  }
}
