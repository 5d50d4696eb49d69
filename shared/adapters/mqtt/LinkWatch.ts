import type { Dispose } from "../../base/dispose.ts";
import { ms, seconds, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/** After this long without anything from the broker, while something goes on, it is asked whether it is there. */
const QUIET: Milliseconds = ms(1_000);
/** Whoever gives nothing in this time is not reached. A full message (256 KiB) that shows only when it is whole fits at 85 KB/s. */
const ANSWER: Milliseconds = ms(3_000);
/** At 22 KB/s. MQTT's keepalive ends soon after. */
const ANSWER_LONGEST: Milliseconds = ms(12_000);
/** While bytes come, MQTT's keepalive is told so this often: before half of it is over. */
const KEEP_EVERY: Milliseconds = seconds(4);
/** An alarm that rings this much late tells of a process that stood still: what came meanwhile has not been read yet. */
const LATE: Milliseconds = ms(500);

/**
 * How long an answer may take, over all connections to one place. A WebSocket shows a message only when it is whole, so one
 * that is slow to come looks like silence, and would look so again on each new connection: the next has twice the time.
 */
export class LinkPatience {
  #shortest: Milliseconds = ANSWER;
  #time: Milliseconds = ANSWER;

  get time(): Milliseconds {
    return this.#time;
  }

  /** From now on, whatever is heard. */
  beLong(): void {
    this.#shortest = this.#time = ANSWER_LONGEST;
  }

  lost(): void {
    this.#time = ms(Math.min(this.#time * 2, ANSWER_LONGEST));
  }

  /** Something came after all. If only the longer time showed it, the place is known to be slow from then on. */
  heard(after: Milliseconds): void {
    if (after > this.#shortest) this.#shortest = this.#time;
    this.#time = this.#shortest;
  }
}

export interface LinkWatchOptions {
  readonly patience: LinkPatience;
  readonly clock: Pick<Clock, "after" | "monotonic">;
  /** Sends a question that every broker answers. */
  readonly ask: () => void;
  /**
   * Bytes come, so whoever sends them is there: MQTT's own keepalive waits for the answer to a ping, which comes behind all
   * that waits on a slow line. Called every few seconds; the broker must hear of us, too.
   */
  readonly keep?: () => void;
  /** Bytes of ours that have not left yet: while some are, the question has not either. */
  readonly backlog: () => number;
  /** The broker does not answer. Called once, at most. */
  readonly lost: () => void;
}

/**
 * Notices within 5 s, or with the longest patience within 14, that a connection which is in use carries nothing any more,
 * before its keepalive ends. A connection on which nothing goes on is not asked, but for once after the last message.
 */
export class LinkWatch {
  readonly #options: LinkWatchOptions;
  #heardAt: Milliseconds;
  #askedAt: Milliseconds;
  #keptAt: Milliseconds;
  #waiting: "quiet" | "answer" | undefined;
  #stop: Dispose = () => undefined;
  #closed = false;

  constructor(options: LinkWatchOptions) {
    this.#options = options;
    this.#heardAt = this.#askedAt = this.#keptAt = options.clock.monotonic();
  }

  /** We send something. */
  sent(): void {
    if (this.#waiting === undefined) this.#wait("quiet", QUIET);
  }

  /** A message came. `answer`: only to a question. */
  heard(answer: boolean): void {
    const { clock, patience } = this.#options;
    this.#heardAt = clock.monotonic();
    if (this.#waiting === "answer") {
      patience.heard(ms(this.#heardAt - this.#askedAt));
      this.#end();
    }
    if (!answer) this.sent();
  }

  /** Bytes came, perhaps only a part of a message: whoever sends them is there. */
  received(): void {
    this.#heardAt = this.#options.clock.monotonic();
    if (this.#closed || this.#heardAt - this.#keptAt < KEEP_EVERY) return;
    this.#keptAt = this.#heardAt;
    this.#options.keep?.();
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
    this.#askedAt = this.#options.clock.monotonic();
    this.#options.ask();
    this.#wait("answer", this.#options.patience.time);
  }

  #judge(due: number): void {
    const { clock, backlog, patience, lost } = this.#options;
    const wait = patience.time;
    if (clock.monotonic() - due > LATE || backlog() > 0) this.#ask();
    else if (this.#heardAt > due - wait) this.#wait("answer", ms(this.#heardAt + wait - clock.monotonic()));
    else {
      this.close();
      patience.lost();
      lost();
    }
  }
}
