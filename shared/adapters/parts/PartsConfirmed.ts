import { ms, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import { nextPartLimit, PART_FIRST } from "./partLimits.ts";

interface GivenPart {
  readonly frame: number;
  readonly size: number;
  readonly at: Milliseconds;
}

/**
 * How large the parts are that are given to one who confirms them. On a slow line the confirmations are all that is heard of
 * it, so parts are small there; where parts are confirmed quickly they are large, which costs both sides less.
 */
export class PartsConfirmed {
  readonly #clock: Pick<Clock, "monotonic">;
  #limit: number = PART_FIRST;
  #given: readonly GivenPart[] = [];

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Bytes of the next part, about. */
  get limit(): number {
    return this.#limit;
  }

  /** A part went as the connection's frame of this number. */
  gave(frame: number, size: number): void {
    this.#given = [...this.#given, { frame, size, at: this.#clock.monotonic() }];
  }

  /** The first so many frames of the connection are confirmed. */
  confirmed(frames: number): void {
    const now = this.#clock.monotonic();
    for (const { frame, size, at } of this.#given) {
      if (frame > frames) continue;
      this.#limit = nextPartLimit({ limit: this.#limit, size, waited: ms(now - at), took: ms(0) });
    }
    this.#given = this.#given.filter(({ frame }) => frame > frames);
  }
}
