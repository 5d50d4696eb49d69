import type { Dispose } from "#shared/base/dispose.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";

/** How long a dead child is left before the first restart, doubling up to the second value. */
const FIRST_DELAY: Milliseconds = ms(250);
const LAST_DELAY: Milliseconds = seconds(10);
/** A child that lived this long had started well, whatever ended it: its next restart is quick again. */
const WELL_AFTER: Milliseconds = seconds(3);
/** How long a child may take to end when asked, before it is killed. */
export const END_GRACE: Milliseconds = seconds(3);

/** A running child process. */
export interface Child {
  readonly pid: number | undefined;
  /** Resolves when the process has ended, with words for the log. Never rejects. */
  readonly ended: Promise<string>;
  /** Asks it to end by itself. */
  end(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface SupervisorOptions {
  readonly name: string;
  readonly start: () => Child;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps one child process running: starts it again when it has died, later each time it dies young. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  #child: Child | undefined;
  #cancelRestart: Dispose | undefined;
  #delay: Milliseconds = FIRST_DELAY;
  #stopped = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { clock } = this.#options;
    const child = this.#options.start();
    const started = clock.monotonic();
    this.#child = child;
    void child.ended.then((reason) => {
      this.#child = undefined;
      if (this.#stopped) return;
      if (clock.monotonic() - started >= WELL_AFTER) this.#delay = FIRST_DELAY;
      this.#restartLater(reason);
    });
  }

  /** Ends the child, by force if it does not end when asked, and starts none again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRestart?.();
    const child = this.#child;
    if (child === undefined) return;
    const cancelKill = this.#options.clock.after(END_GRACE, () => child.kill());
    child.end();
    await child.ended;
    cancelKill();
  }

  #restartLater(reason: string): void {
    const { clock, logger, name } = this.#options;
    logger.error(`the ${name} has ended; starting it again`, { reason, after: this.#delay });
    this.#cancelRestart = clock.after(this.#delay, () => this.start());
    this.#delay = ms(Math.min(LAST_DELAY, this.#delay * 2));
  }
}
