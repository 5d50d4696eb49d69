import type { Dispose } from "../../base/dispose.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/** After this long without anything from the broker, while something goes on, it is asked whether it is there. */
const QUIET: Milliseconds = ms(1_000);
/** Whoever does not answer in this time is not reached. A full message (256 KiB) before the answer fits at 85 KB/s. */
const ANSWER: Milliseconds = ms(3_000);
/** An alarm that rings this much late tells of a process that stood still: what came meanwhile has not been read yet. */
const LATE: Milliseconds = ms(500);

export interface LinkWatchOptions {
  readonly clock: Pick<Clock, "after" | "monotonic">;
  /** Sends a question that every broker answers. */
  readonly ask: () => void;
  /** Bytes of ours that have not left yet: while some are, the question has not either. */
  readonly backlog: () => number;
  /** The broker does not answer. Called once, at most. */
  readonly lost: () => void;
}

/**
 * Notices within 5 s that a connection which is in use carries nothing any more, long before its keepalive ends. A
 * connection on which nothing goes on is not asked, but for once after the last message.
 */
export class LinkWatch {
  readonly #options: LinkWatchOptions;
  #heardAt: Milliseconds;
  #waiting: "quiet" | "answer" | undefined;
  #stop: Dispose = () => undefined;
  #closed = false;

  constructor(options: LinkWatchOptions) {
    this.#options = options;
    this.#heardAt = options.clock.monotonic();
  }

  /** We send something. */
  sent(): void {
    if (this.#waiting === undefined) this.#wait("quiet", QUIET);
  }

  /** Something came. `answer`: only to a question. */
  heard(answer: boolean): void {
    this.#heardAt = this.#options.clock.monotonic();
    if (this.#waiting === "answer") this.#end();
    if (!answer) this.sent();
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  #end(): void {
    this.#stop();
    this.#waiting = undefined;
  }

  #wait(waiting: "quiet" | "answer", time: Milliseconds): void {
    if (this.#closed) return;
    const due = this.#options.clock.monotonic() + time;
    this.#waiting = waiting;
    this.#stop = this.#options.clock.after(time, () => {
      if (waiting === "quiet") this.#look();
      else this.#judge(due);
    });
  }

  #look(): void {
    const quiet = this.#options.clock.monotonic() - this.#heardAt;
    if (quiet < QUIET) this.#wait("quiet", ms(QUIET - quiet));
    else this.#ask();
  }

  #ask(): void {
    this.#options.ask();
    this.#wait("answer", ANSWER);
  }

  #judge(due: number): void {
    const { clock, backlog, lost } = this.#options;
    if (clock.monotonic() - due > LATE || backlog() > 0) this.#ask();
    else {
      this.close();
      lost();
    }
  }
}
