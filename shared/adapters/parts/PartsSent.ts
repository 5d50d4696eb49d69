import * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import { PART_MAX } from "./partLimits.ts";
import { writePart, type KnownClocks } from "./writePart.ts";

/** Between two parts: whatever else wants to happen, happens then. */
const BREATH: Milliseconds = ms(0);
/** How often a full connection is looked at again. */
const DRAIN_POLL: Milliseconds = ms(20);

export interface PartsWay {
  /** Sends an update; the one that makes the other side's document whole is `last`. */
  readonly send: (update: Uint8Array, last: boolean) => void;
  /** Enough waits to be sent already. */
  readonly full: () => boolean;
  /** Bytes of the next part, about; `PART_MAX` if nothing is said. */
  readonly limit?: number;
}

/** Gives another replica what it lacks, in parts if it is much: writing one large update would stop the page. */
export class PartsSent {
  readonly #doc: Y.Doc;
  readonly #clock: Clock;
  readonly #way: PartsWay;
  #next: Dispose | undefined;

  constructor(doc: Y.Doc, clock: Clock, way: PartsWay) {
    this.#doc = doc;
    this.#clock = clock;
    this.#way = way;
  }

  /** Parts are being given. They have what is typed meanwhile: it need not, and must not, be sent before them. */
  get active(): boolean {
    return this.#next !== undefined;
  }

  /**
   * Gives everything that this state vector lacks. Asked again while parts are given, it goes on with them.
   * @throws Error if the state vector cannot be read
   */
  start(stateVector: Uint8Array): void {
    if (!this.active) this.#give(Y.decodeStateVector(stateVector));
  }

  stop(): void {
    this.#next?.();
    this.#next = undefined;
  }

  #give(known: KnownClocks): void {
    this.#next = undefined;
    const part = writePart(this.#doc, known, this.#way.limit ?? PART_MAX);
    if (part === undefined) {
      this.#way.send(Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(new Map(known))), true);
      return;
    }
    this.#way.send(part.update, false);
    this.#later(part.known, BREATH);
  }

  #later(known: KnownClocks, delay: Milliseconds): void {
    this.#next = this.#clock.after(delay, () => {
      if (this.#way.full()) this.#later(known, DRAIN_POLL);
      else this.#give(known);
    });
  }
}
