import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import type { JobTransport, LastWill, PublishOptions } from "../ports/JobTransport.ts";
import { TopicListeners } from "./TopicListeners.ts";
import { matchesFilter } from "./topicFilter.ts";

/** Brings one message to one subscriber by calling `deliver`: once, or for a bad network never, late, or repeatedly. */
export type Carry = (deliver: () => void) => void;

/** A broker in this process: retained messages and last wills as in MQTT, nothing kept for those who are away. */
export class MemoryJobBroker {
  readonly #carry: Carry;
  readonly #clients = new Set<MemoryJobTransport>();
  readonly #retained = new Map<string, Uint8Array>();
  #running = true;

  constructor(carry: Carry = (deliver) => queueMicrotask(deliver)) {
    this.#carry = carry;
  }

  get running(): boolean {
    return this.#running;
  }

  connect(will?: LastWill): MemoryJobTransport {
    const client = new MemoryJobTransport(this, will);
    this.#clients.add(client);
    queueMicrotask(() => client.reconnect());
    return client;
  }

  /** As kill -9 of a broker that keeps nothing: all connections end, no will is published, nothing is remembered. */
  stop(): void {
    this.#running = false;
    this.#retained.clear();
    for (const client of this.#clients) client.lose();
  }

  start(): void {
    this.#running = true;
    for (const client of this.#clients) client.reconnect();
  }

  publish(topic: string, payload: Uint8Array, retain: boolean): void {
    if (!this.#running) return;
    if (retain && payload.byteLength === 0) this.#retained.delete(topic);
    else if (retain) this.#retained.set(topic, payload);
    for (const client of this.#clients) if (client.online) this.#bring(client, topic, payload);
  }

  bringRetained(client: MemoryJobTransport, filter: string): void {
    for (const [topic, payload] of this.#retained) {
      if (matchesFilter(filter, topic)) this.#bring(client, topic, payload);
    }
  }

  forget(client: MemoryJobTransport): void {
    this.#clients.delete(client);
  }

  #bring(client: MemoryJobTransport, topic: string, payload: Uint8Array): void {
    const connection = client.connection;
    // What was on its way to a connection that broke meanwhile is lost with it.
    this.#carry(() => {
      if (client.online && client.connection === connection) client.receive(topic, payload);
    });
  }
}

/** A connection to a `MemoryJobBroker`. */
export class MemoryJobTransport implements JobTransport {
  readonly backlog = 0;
  readonly #broker: MemoryJobBroker;
  readonly #will: LastWill | undefined;
  readonly #listeners = new TopicListeners();
  readonly #onlineChanged = new Emitter<boolean>();
  #online = false;
  #closed = false;
  #connection = 0;

  constructor(broker: MemoryJobBroker, will: LastWill | undefined) {
    this.#broker = broker;
    this.#will = will;
  }

  get online(): boolean {
    return this.#online;
  }

  /** Counts connections, so that messages of one that broke do not arrive on the next. */
  get connection(): number {
    return this.#connection;
  }

  onOnline(listener: (online: boolean) => void): Dispose {
    return this.#onlineChanged.subscribe(listener);
  }

  publish(topic: string, payload: Uint8Array, options: PublishOptions): void {
    if (this.#online) this.#broker.publish(topic, payload, options.retain);
  }

  subscribe(filter: string, listener: (topic: string, payload: Uint8Array) => void): Dispose {
    const dispose = this.#listeners.add(filter, listener, () => {});
    if (this.#online) this.#broker.bringRetained(this, filter);
    return dispose;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#broker.forget(this);
    this.#listeners.clear();
    this.#setOnline(false);
    return Promise.resolve();
  }

  /** The connection breaks; the broker notices and publishes the will. It stays broken until `reconnect`. */
  sever(): void {
    if (!this.#online) return;
    this.lose();
    if (this.#will !== undefined) this.#broker.publish(this.#will.topic, this.#will.payload, true);
  }

  /** The connection is gone, for whatever reason. */
  lose(): void {
    this.#setOnline(false);
  }

  reconnect(): void {
    if (this.#closed || this.#online || !this.#broker.running) return;
    this.#connection += 1;
    this.#setOnline(true);
    for (const filter of this.#listeners.filters) this.#broker.bringRetained(this, filter);
  }

  receive(topic: string, payload: Uint8Array): void {
    this.#listeners.deliver(topic, payload);
  }

  #setOnline(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    this.#onlineChanged.emit(online);
  }
}
