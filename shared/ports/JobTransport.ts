import type { Dispose } from "../base/dispose.ts";
import type { Milliseconds } from "../base/units.ts";

/**
 * Publish and subscribe as MQTT 3.1.1 means it, and no more than that, so that every broker serves.
 * Delivery is at least once while both sides are connected, and nothing is promised across a disconnect: the job
 * protocol acknowledges end to end and repeats by itself.
 */
export interface JobTransport {
  readonly online: boolean;
  /** Bytes that were published and wait for the network. With QoS 0, what is published on top of 1 MiB is dropped. */
  readonly backlog: number;
  /** True where large messages may come to us slowly: over WebSocket from a broker that is not known. */
  readonly doubtsLarge?: boolean;
  /** Called with true after each connect, when earlier subscriptions are in force again, and false after each loss. */
  onOnline(listener: (online: boolean) => void): Dispose;
  /** Queues nothing while offline: the message is dropped, and the protocol repeats it. */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): void;
  /** Subscribes with QoS 1. `+` and `#` as in MQTT. Kept across reconnects until disposed. */
  subscribe(filter: string, listener: (topic: string, payload: Uint8Array) => void): Dispose;
  /** Disconnects for good; the broker then publishes no last will. */
  close(): Promise<void>;
}

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Worth nothing after this long. A broker that can tell (MQTT 5) then drops it; nothing may depend on it. */
  readonly expiry?: Milliseconds;
}

/** Published by the broker, retained, when this client's connection dies. Must be known before connecting. */
export interface LastWill {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** As of a publication. */
  readonly expiry?: Milliseconds;
}
