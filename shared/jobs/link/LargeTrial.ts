import { toBase64url } from "../../base/base64url.ts";
import { kib, ms, seconds } from "../../base/units.ts";
import type { Dispose } from "../../base/dispose.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { JobTransport } from "../../ports/JobTransport.ts";

/** First byte of a trial: no message begins with it, so that it is for nobody else. */
const TRIAL = 0;
const NONCE_BYTES = 12;
const TRIAL_BYTES = kib(10);
/** Mosquitto 2.0 takes 200 ms for it over WebSocket; a broker in order needs a few. */
const QUICK = ms(50);
/** A busy moment may have made it slow: it is tried again. */
const AGAIN = seconds(60);

export interface LargeTrialOptions {
  readonly transport: JobTransport;
  /** Of messages from this peer to itself. */
  readonly topic: string;
  readonly clock: Clock;
  /** `slow` is another now. */
  readonly changed: () => void;
}

/**
 * Finds out whether large messages come to us quickly, on connections where that is in doubt, by sending one to
 * ourselves. Until one came back quickly, others are asked to cut what they send us.
 */
export class LargeTrial {
  readonly #options: LargeTrialOptions;
  #slow = false;
  #trial: { readonly nonce: string; readonly since: number } | undefined;
  #stop: Dispose = () => {};

  constructor(options: LargeTrialOptions) {
    this.#options = options;
  }

  get slow(): boolean {
    return this.#slow;
  }

  /** There is a new connection, whose subscriptions are in force. */
  begin(): void {
    this.end();
    this.#slow = this.#options.transport.doubtsLarge === true;
    if (this.#slow) this.#try();
  }

  end(): void {
    this.#stop();
    this.#trial = undefined;
  }

  /** True if the payload was a trial. */
  hear(payload: Uint8Array): boolean {
    if (payload[0] !== TRIAL || payload.byteLength !== TRIAL_BYTES) return false;
    const { clock, changed } = this.#options;
    const trial = this.#trial;
    if (trial?.nonce !== toBase64url(payload.subarray(1, 1 + NONCE_BYTES))) return true;
    this.#trial = undefined;
    if (clock.monotonic() - trial.since > QUICK) return true;
    this.end();
    this.#slow = false;
    changed();
    return true;
  }

  #try(): void {
    const { transport, topic, clock } = this.#options;
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const payload = new Uint8Array(TRIAL_BYTES);
    payload[0] = TRIAL;
    payload.set(nonce, 1);
    this.#trial = { nonce: toBase64url(nonce), since: clock.monotonic() };
    transport.publish(topic, payload, { qos: 1, retain: false });
    this.#stop = clock.after(AGAIN, () => this.#try());
  }
}
