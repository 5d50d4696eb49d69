import { ms } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { TokenBucket, type Rate } from "../limits/TokenBucket.ts";

/**
 * What one client may publish. A requester that runs ten thousand small jobs sends a few hundred coalesced messages a
 * second; what comes faster is slowed down, because a broker of a class must have time for the other thirty.
 */
const MESSAGES: Rate = { burst: 10_000, perSecond: 3_000 };
const BYTES: Rate = { burst: 64 * 1024 * 1024, perSecond: 16 * 1024 * 1024 };

/**
 * Lets one client's messages pass in their order, late when there are too many. The broker reads no further from that
 * client meanwhile, so its own socket holds it back and nothing is lost.
 */
export class PublishGate {
  readonly #clock: Clock;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  #waiting: { readonly due: number; readonly proceed: () => void }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#messages = new TokenBucket(MESSAGES, clock.monotonic());
    this.#bytes = new TokenBucket(BYTES, clock.monotonic());
  }

  /** Calls `proceed`, at once if the rate allows it and nothing is waiting. */
  pass(bytes: number, proceed: () => void): void {
    const now = this.#clock.monotonic();
    const delay = Math.max(this.#messages.take(1, now), this.#bytes.take(bytes, now));
    if (delay === 0 && this.#waiting.length === 0) {
      proceed();
      return;
    }
    this.#waiting.push({ due: now + delay, proceed });
    if (this.#waiting.length === 1) this.#wake();
  }

  #wake(): void {
    const next = this.#waiting[0];
    if (next === undefined) return;
    this.#clock.after(ms(Math.max(0, next.due - this.#clock.monotonic())), () => {
      const now = this.#clock.monotonic();
      while ((this.#waiting[0]?.due ?? Infinity) <= now) this.#waiting.shift()?.proceed();
      this.#wake();
    });
  }
}
