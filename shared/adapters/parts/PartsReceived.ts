import type * as Y from "yjs";
import { bytes, ms, type Milliseconds } from "../../base/units.ts";
import { applyFrom } from "../../notebook/applyFrom.ts";
import type { DocOrigin } from "../../notebook/origins.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Receiving } from "../../ports/DocSource.ts";
import { nextPartLimit, PART_FIRST, type AppliedPart } from "./partLimits.ts";

/**
 * What one connection has received of a document that comes in parts. One part is asked for after the other: an ask that
 * crosses a part would bring the same bytes twice.
 */
export class PartsReceived {
  readonly #doc: Y.Doc;
  readonly #origin: DocOrigin;
  readonly #clock: Clock;
  #limit: number = PART_FIRST;
  #before: AppliedPart | undefined;
  /** Since when the next part is on its way. */
  #since: Milliseconds;
  #received = 0;
  #left = 0;

  constructor(doc: Y.Doc, origin: DocOrigin, clock: Clock) {
    this.#doc = doc;
    this.#origin = origin;
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** How many bytes to ask for at a time. */
  get limit(): number {
    return this.#limit;
  }

  /** A part was asked for just now. */
  asked(): void {
    this.#since = this.#clock.monotonic();
  }

  /** Undefined while nothing comes in parts. */
  get progress(): Receiving | undefined {
    if (this.#received === 0) return undefined;
    return { received: bytes(this.#received), total: bytes(this.#received + this.#left) };
  }

  /** Applies a part. @throws whatever Yjs throws for what is no update */
  apply(update: Uint8Array, left: number): void {
    const begun = this.#clock.monotonic();
    applyFrom(this.#doc, update, this.#origin);
    const ended = this.#clock.monotonic();
    const part = { limit: this.#limit, size: update.length, waited: ms(begun - this.#since), took: ms(ended - begun) };
    this.#since = ended;
    this.#limit = nextPartLimit(part, this.#before);
    this.#before = part;
    this.#received += update.length;
    this.#left = Math.max(0, left - update.length);
  }

  /** The answer that ends the parts has come. */
  end(): void {
    this.#received = 0;
    this.#left = 0;
  }
}
