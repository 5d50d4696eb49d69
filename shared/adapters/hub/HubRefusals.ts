// What the host did not take of what we gave. It is told to people at once if they may have written it. Who may only read
// has the writing of others, which came by direct ways, and the host takes that from those others alone: so it is waited a
// while for them to bring it, and tried again when the host has got something.

import { ms, seconds, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import { Timers } from "../Timers.ts";

/** Others who may write are back at a host that was away by then. */
const TELL_AFTER: Milliseconds = seconds(10);
/** What the host got is most likely not all of it. */
const AGAIN_AFTER: Milliseconds = ms(1_500);

export interface HubRefusalsOptions {
  readonly clock: Clock;
  /** Undefined: it has taken everything. */
  readonly tell: (reason: string | undefined) => void;
  /** Gives the host what it lacks once more. */
  readonly again: () => void;
}

export class HubRefusals {
  readonly #options: HubRefusalsOptions;
  readonly #timers: Timers;
  #any = false;

  constructor(options: HubRefusalsOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** The host did not take something that we gave it over this connection. */
  get any(): boolean {
    return this.#any;
  }

  /** `ours`: this device may have written it. */
  refused(reason: string, ours: boolean): void {
    this.#any = true;
    if (!ours) {
      this.#timers.start("tell", TELL_AFTER, () => this.#options.tell(reason));
      return;
    }
    this.#timers.stop("tell");
    this.#options.tell(reason);
  }

  /** The host gave something. */
  given(): void {
    if (this.#any) this.#timers.start("again", AGAIN_AFTER, () => this.#options.again());
  }

  /** A new connection. What was refused over the one before is told until it is taken. */
  connected(): void {
    this.#any = false;
    this.#timers.stop("again");
  }

  /** The host holds everything. */
  held(): void {
    this.#timers.stop("tell");
    this.#options.tell(undefined);
  }

  stop(): void {
    this.#timers.clear();
  }
}
