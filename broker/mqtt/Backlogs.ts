// What waits in the broker for clients that read slowly. A line of 20 KB/s, a class's Wi-Fi, takes a megabyte in a
// minute: whoever reads slowly is judged by whether it takes anything, never by how long it needs.

import type { Socket } from "node:net";
import type { Dispose } from "#shared/base/dispose.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";

export interface BacklogLimits {
  /** With more waiting for it, those who send to a client wait, too: a quick reader is not given more than it can take. */
  readonly highWater: Bytes;
  /** So long at most. After that it is slow, and nobody waits for it until it takes all that waits for it within this time. */
  readonly patience: Milliseconds;
  /** A slow client that takes not one byte for so long, and says nothing either, is cut off. */
  readonly silence: Milliseconds;
  /** And one that takes nothing for so long, whatever it says. */
  readonly stall: Milliseconds;
  /** And one for which so much waits. */
  readonly perClient: Bytes;
  /** With more waiting for all slow clients together, the one for which most waits is cut off. */
  readonly total: Bytes;
}

export const BACKLOG_LIMITS: BacklogLimits = {
  // Four messages of the largest size.
  highWater: mib(1),
  // Less than what an agent takes for silence of the broker (`LinkWatch`): one slow page must not cost it the connection.
  patience: ms(1_500),
  // Three pings of a client of ours; those that may be silent for longer are few (`KEEPALIVE_LIMIT`).
  silence: seconds(30),
  // What the kernel, and for pages the host's pipe, keep on the way is up to 12 MiB, which a line of 20 KB/s carries in ten
  // minutes: so long nothing may seem to move. It costs others nothing but the memory that is bounded below.
  stall: seconds(600),
  // Thirty computers that answer one cell at once with what each may send ahead (256 KiB), and as much again.
  perClient: mib(16),
  // A class of thirty, half of it on a bad line at the worst moment. A payload for many is in memory once, and counted each time.
  total: mib(256),
};

/** How often slow clients are looked at. */
const LOOK: Milliseconds = seconds(1);

type Done = (error?: Error | null) => void;
/** Calls back when the next packet may be written to a client. */
export type Wait = (done: Done) => void;

interface Slow {
  readonly cut: (reason: string) => void;
  /** What its socket had taken and read at the last look. */
  taken: string;
  heard: number;
  /** Looks since it last took something, and since it last said something. Counted, not timed: a computer that slept knows nothing. */
  still: number;
  quiet: number;
}

/** Bounds what waits for the clients of a broker, and cuts off those that do not read. */
export class Backlogs {
  readonly #clock: Pick<Clock, "after">;
  readonly #logger: Logger;
  readonly #limits: BacklogLimits;
  readonly #slow = new Map<Socket, Slow>();
  #isLooking = false;

  constructor(clock: Pick<Clock, "after">, logger: Logger, limits: BacklogLimits = BACKLOG_LIMITS) {
    this.#clock = clock;
    this.#logger = logger;
    this.#limits = limits;
  }

  /**
   * For one client, whose socket has `highWater` of its own as mark: what to call after each write that was answered
   * `false`. `name` is asked when it is cut off.
   */
  watch(socket: Socket, name: () => string): Wait {
    const { patience, perClient, total } = this.#limits;
    const limit = Math.min(perClient, total);
    let waiting: Done[] = [];
    let stop: Dispose | undefined;
    let isSlow = false;
    const release = (): void => {
      stop?.();
      stop = undefined;
      const released = waiting;
      waiting = [];
      for (const done of released) setImmediate(done, null);
    };
    const cut = (reason: string): void => {
      this.#logger.warn("an MQTT client that does not read was cut off", { client: name(), reason });
      socket.destroy(new Error(reason));
    };
    const forget = (): void => {
      this.#slow.delete(socket);
      release();
    };
    const drained = (): void => {
      if (stop !== undefined) isSlow = false;
      forget();
    };
    const lookAfter = (): void => {
      this.#slow.set(socket, { cut, taken: takenBy(socket), heard: socket.bytesRead, still: 0, quiet: 0 });
      if (!this.#isLooking) this.#lookLater();
    };
    socket.on("close", forget);
    return (done) => {
      // Once: what was given to it before goes on asking for a while.
      if (!socket.destroyed && socket.writableLength > limit) cut(`more than ${inMib(limit)} wait for it`);
      if (isSlow || socket.destroyed) setImmediate(done, null);
      else waiting.push(done);
      if (stop !== undefined || this.#slow.has(socket) || socket.destroyed) return;
      socket.once("drain", drained);
      // What was slow is bounded from the first byte on: nobody waits for it, so much of it may come.
      if (isSlow) lookAfter();
      stop = this.#clock.after(patience, () => {
        if (!isSlow) lookAfter();
        isSlow = true;
        release();
      });
    };
  }

  #look(): void {
    const { silence, stall, total } = this.#limits;
    for (const [socket, slow] of this.#slow) {
      const [taken, heard] = [takenBy(socket), socket.bytesRead];
      slow.still = taken === slow.taken ? slow.still + 1 : 0;
      slow.quiet = heard === slow.heard ? slow.quiet + 1 : 0;
      Object.assign(slow, { taken, heard });
      const none = `it took nothing of ${inMib(socket.writableLength)}`;
      if (slow.still * LOOK >= stall) slow.cut(`${none} for ${stall} ms`);
      else if (Math.min(slow.still, slow.quiet) * LOOK >= silence)
        slow.cut(`${none} and said nothing for ${silence} ms`);
    }
    this.#boundTotal(total);
    this.#isLooking = false;
    if (this.#slow.size > 0) this.#lookLater();
  }

  #lookLater(): void {
    this.#isLooking = true;
    this.#clock.after(LOOK, () => this.#look());
  }

  #boundTotal(total: Bytes): void {
    const open = [...this.#slow].filter(([socket]) => !socket.destroyed);
    open.sort(([one], [other]) => other.writableLength - one.writableLength);
    let sum = open.reduce((all, [socket]) => all + socket.writableLength, 0);
    for (const [socket, slow] of open) {
      if (sum <= total) return;
      sum -= socket.writableLength;
      slow.cut(`more than ${inMib(total)} wait for all slow clients`);
    }
  }
}

const inMib = (bytes: number): string => `${(bytes / mib(1)).toFixed(1)} MiB`;

/**
 * Differs from what it was if the system took bytes of this socket since. Node tells of a write when all of it is gone,
 * and hands over everything that waits as one; how much of that is left stands in the handle alone (Node's own timeouts of
 * sockets read it there).
 */
function takenBy(socket: Socket): string {
  const handle: unknown = Reflect.get(socket, "_handle");
  const left: unknown =
    typeof handle === "object" && handle !== null ? Reflect.get(handle, "writeQueueSize") : undefined;
  return `${socket.bytesWritten - socket.writableLength} ${String(left)}`;
}
