import type { Dispose } from "../../base/dispose.ts";
import { ms } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/** After so much silence the other side is asked something, to learn whether it is still there. */
export const SILENCE = ms(15_000);
/** An answer takes no longer than this, or the connection is dead: a closed lid, a lost Wi-Fi. */
export const ANSWER_LIMIT = ms(10_000);

/** Notices that the other side of a connection has gone without a word. Sockets alone take many minutes. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #ask: () => void;
  readonly #dead: () => void;
  #lastHeard: number;
  #timer: Dispose;

  constructor(clock: Clock, actions: { readonly ask: () => void; readonly dead: () => void }) {
    this.#clock = clock;
    this.#ask = actions.ask;
    this.#dead = actions.dead;
    this.#lastHeard = clock.monotonic();
    this.#timer = clock.after(SILENCE, () => this.#look());
  }

  /** Something arrived. */
  heard(): void {
    this.#lastHeard = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer();
  }

  #look(): void {
    const silent = this.#clock.monotonic() - this.#lastHeard;
    if (silent < SILENCE) {
      this.#timer = this.#clock.after(ms(SILENCE - silent), () => this.#look());
      return;
    }
    const asked = this.#clock.monotonic();
    this.#timer = this.#clock.after(ANSWER_LIMIT, () => {
      if (this.#lastHeard < asked) this.#dead();
      else this.#look();
    });
    this.#ask();
  }
}
