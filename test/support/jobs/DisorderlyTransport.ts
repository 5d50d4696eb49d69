import type { Dispose } from "#shared/base/dispose.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import type { JobTransport, PublishOptions } from "#shared/ports/JobTransport.ts";

/** Shares of messages, 0 to 1, and the longest time in milliseconds that a late one takes. */
export interface Disorder {
  readonly repeated: number;
  readonly late: number;
  readonly delay: number;
}

/** A real connection on which messages, both ways, come twice and overtake one another. */
export class DisorderlyTransport implements JobTransport {
  /** Copies, and messages that were held back. */
  readonly caused = { repeated: 0, late: 0 };
  readonly #inner: JobTransport;
  readonly #random: () => number;
  readonly #disorder: Disorder;

  constructor(inner: JobTransport, seed: number, disorder: Disorder) {
    this.#inner = inner;
    this.#random = seededRandom(seed);
    this.#disorder = disorder;
  }

  get online(): boolean {
    return this.#inner.online;
  }

  get doubtsLarge(): boolean {
    return this.#inner.doubtsLarge === true;
  }

  get backlog(): number {
    return this.#inner.backlog;
  }

  onOnline(listener: (online: boolean) => void): Dispose {
    return this.#inner.onOnline(listener);
  }

  publish(topic: string, payload: Uint8Array, options: PublishOptions): void {
    this.#carry(() => this.#inner.publish(topic, payload, options));
  }

  subscribe(filter: string, listener: (topic: string, payload: Uint8Array) => void): Dispose {
    return this.#inner.subscribe(filter, (topic, payload) => {
      // The buffer is the client's; what comes late must not have changed by then.
      const kept = payload.slice();
      this.#carry(() => listener(topic, kept));
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #carry(deliver: () => void): void {
    const { repeated, late, delay } = this.#disorder;
    const twice = this.#random() < repeated;
    if (twice) this.caused.repeated += 1;
    for (let copy = 0; copy < (twice ? 2 : 1); copy++) {
      if (this.#random() >= late) {
        deliver();
        continue;
      }
      this.caused.late += 1;
      setTimeout(deliver, this.#random() * delay);
    }
  }
}
