import type { Dispose } from "../../base/dispose.ts";
import { ms } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/** After so much silence the other side is asked something, to learn whether it is still there. */
export const SILENCE = ms(15_000);
/** An answer to what has left takes no longer than this, or the connection is dead: a closed lid, a lost Wi-Fi. */
export const ANSWER_LIMIT = ms(10_000);

export interface SilenceActions {
  readonly ask: () => void;
  /** Bytes of ours that have not left: while they get fewer, the line works. */
  readonly backlog: () => number;
  readonly dead: () => void;
}

/** Notices that the other side of a connection has gone without a word. Sockets alone take many minutes. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #actions: SilenceActions;
  #lastHeard: number;
  #timer: Dispose;

  constructor(clock: Clock, actions: SilenceActions) {
    this.#clock = clock;
    this.#actions = actions;
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
    const { ask, backlog, dead } = this.#actions;
    const asked = this.#clock.monotonic();
    const left = backlog();
    // A question would wait behind what is leaving, and ask for what was known by then.
    if (left === 0) ask();
    this.#timer = this.#clock.after(ANSWER_LIMIT, () => {
      if (this.#lastHeard < asked && (left === 0 || backlog() >= left)) dead();
      else this.#look();
    });
  }
}
