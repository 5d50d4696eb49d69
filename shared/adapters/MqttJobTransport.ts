import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds } from "../base/units.ts";
import type { Clock } from "../ports/Clock.ts";
import type { JobTransport, LastWill, PublishOptions } from "../ports/JobTransport.ts";
import type { BrokerAccess } from "../rooms/brokerAccess.ts";
import type { MqttClientLike, MqttConnectOptions, MqttModule } from "./MqttClientLike.ts";
import { LinkPatience, LinkWatch } from "./mqtt/LinkWatch.ts";
import { TopicListeners } from "./TopicListeners.ts";

/**
 * A peer whose network vanished silently is declared gone by the broker one and a half times this later. Whoever works over
 * the connection notices sooner by itself (`LinkWatch`).
 */
const KEEPALIVE_SECONDS = 10;
const CONNECT_TIMEOUT: Milliseconds = seconds(10);
/** First wait before connecting again; each further one is twice as long, and all are shortened by chance. */
const RECONNECT_FIRST: Milliseconds = ms(100);
/** On a school network the broker is a cable away: waiting longer only delays the lesson. */
const RECONNECT_LONGEST: Milliseconds = ms(2_000);
/** With this much unsent, messages that may be lost are dropped. */
const UNSENT_LIMIT: Bytes = mib(1);
/** A broker that does not confirm our goodbye within this is left without. */
const CLOSE_TIMEOUT: Milliseconds = ms(1_000);
/** Brokers refuse a protocol version with these codes: MQTT 3.1.1's own, and version 5's. */
const WRONG_VERSION = [0x01, 0x84];
/** And a login with these: "bad user name or password" and "not authorised", of both versions. */
const WRONG_LOGIN = [0x04, 0x05, 0x86, 0x87];

/**
 * Where to connect, asked before each attempt: tokens are short-lived, and a host may name another broker by then.
 * `refused`: the broker did not take the last login. Rejects where it is not known yet; it is asked again.
 */
export type AskAccess = (refused: boolean) => Promise<BrokerAccess>;

/** What brokers took, kept for the next start, so that those without version 5 are not asked for it each time. */
export interface BrokerVersions {
  get(url: string): 4 | 5 | undefined;
  set(url: string, version: 4 | 5): void;
}

export interface MqttJobTransportOptions {
  /** `mqtt(s)://host:port` in Node, `ws(s)://host/mqtt` everywhere. */
  readonly url: string | AskAccess;
  readonly versions?: BrokerVersions;
  /** At most 23 characters: MQTT 3.1 allows no more. */
  readonly clientId: string;
  readonly will: LastWill | undefined;
  /** Loads mqtt.js. A page loads it only when it joins a class. */
  readonly load: () => Promise<MqttModule>;
  readonly clock: Clock;
}

/**
 * MQTT over TCP or WebSocket. Tries version 5 and falls back to 3.1.1, and remembers what the broker took. Clean
 * sessions only; a fresh client per connection, so that nothing is queued across a loss.
 */
export class MqttJobTransport implements JobTransport {
  readonly #options: MqttJobTransportOptions;
  readonly #listeners = new TopicListeners();
  readonly #onlineChanged = new Emitter<boolean>();
  #version: 4 | 5 = 5;
  #versionKnown = false;
  #loginRefused = false;
  #doubtsLarge = false;
  #client: MqttClientLike | undefined;
  #watch: LinkWatch | undefined;
  #patience = new LinkPatience();
  /** What `#patience` was learnt of. */
  #place: string | undefined;
  #online = false;
  #closed = false;
  #failures = 0;
  #stopWaiting: Dispose = () => {};

  constructor(options: MqttJobTransportOptions) {
    this.#options = options;
    void this.#connect();
  }

  get online(): boolean {
    return this.#online;
  }

  get doubtsLarge(): boolean {
    return this.#doubtsLarge;
  }

  get backlog(): number {
    return this.#client?.stream.writableLength ?? 0;
  }

  onOnline(listener: (online: boolean) => void): Dispose {
    return this.#onlineChanged.subscribe(listener);
  }

  publish(topic: string, payload: Uint8Array, { qos, retain, expiry }: PublishOptions): void {
    const client = this.#client;
    if (!this.#online || client === undefined) return;
    if (qos === 0 && this.backlog > UNSENT_LIMIT) return;
    this.#watch?.sent();
    // Failure means that the connection broke; that is told by `onOnline`.
    client.publish(topic, payload, { qos, retain, ...this.#properties(expiry) }, () => {});
  }

  subscribe(filter: string, listener: (topic: string, payload: Uint8Array) => void): Dispose {
    const dispose = this.#listeners.add(filter, listener, () => this.#client?.unsubscribe(filter, () => {}));
    // Also for a filter that is in force: the broker then sends its retained messages to the new listener too.
    if (this.#online) this.#client?.subscribe([filter], { qos: 1 }, () => {});
    return dispose;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWaiting();
    this.#listeners.clear();
    this.#watch?.close();
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await this.#sayGoodbye(client);
    this.#setOnline(false);
  }

  #sayGoodbye(client: MqttClientLike): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#options.clock.after(CLOSE_TIMEOUT, () => client.end(true, {}, resolve));
      client.end(false, {}, () => {
        stop();
        resolve();
      });
    });
  }

  async #connect(): Promise<void> {
    let module: MqttModule;
    let access: BrokerAccess;
    try {
      [module, access] = await Promise.all([this.#options.load(), this.#ask()]);
    } catch {
      // A page that cannot load the chunk, or does not know the broker, is offline like one that cannot reach it.
      this.#retryLater();
      return;
    }
    if (this.#closed) return;
    if (!this.#versionKnown) this.#version = this.#remembered(access.url);
    this.#doubtsLarge = access.isOwn !== true && access.url.startsWith("ws");
    const place = placeOf(access);
    if (place !== this.#place) this.#patience = new LinkPatience();
    this.#place = place;
    // Mosquitto 2.0 takes 100 ms for every 4 KiB that it sends over a WebSocket, and shows nothing until all are there.
    if (this.#doubtsLarge) this.#patience.beLong();
    const { clientId, will } = this.#options;
    const client = module.connect(access.url, {
      clientId,
      protocolVersion: this.#version,
      ...access.login,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT,
      // Reconnecting is done here: mqtt.js would keep what was not acknowledged and send it again.
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      // The default is a worker made of a blob, which the page's content security policy forbids.
      timerVariant: "native",
      wsOptions: { perMessageDeflate: false },
      ...(will === undefined ? {} : { will: this.#willOf(will) }),
    });
    this.#client = client;
    this.#listen(client, access.url);
  }

  #ask(): Promise<BrokerAccess> {
    const { url } = this.#options;
    if (typeof url === "string") return Promise.resolve({ url, login: undefined });
    const refused = this.#loginRefused;
    this.#loginRefused = false;
    return url(refused);
  }

  /** At the first attempt what was remembered, and after that what the last attempt taught. */
  #remembered(url: string): 4 | 5 {
    if (this.#failures > 0) return this.#version;
    return (this.#version === 5 ? this.#options.versions?.get(url) : undefined) ?? this.#version;
  }

  #willOf({ topic, payload, expiry }: LastWill): NonNullable<MqttConnectOptions["will"]> {
    return { topic, payload, qos: 1, retain: true, ...this.#properties(expiry) };
  }

  #properties(expiry: Milliseconds | undefined): { properties?: { messageExpiryInterval: number } } {
    if (expiry === undefined || this.#version === 4) return {};
    return { properties: { messageExpiryInterval: Math.ceil(expiry / 1_000) } };
  }

  #listen(client: MqttClientLike, url: string): void {
    let refusedVersion = false;
    client.on("connect", () => this.#connected(client, url));
    const watch = new LinkWatch({
      clock: this.#options.clock,
      patience: this.#patience,
      ask: () => client.sendPing(),
      keep: () => {
        // A client that is ending has no keepalive any more.
        if (!client.connected) return;
        client.reschedulePing(true);
        client.sendPing();
      },
      backlog: () => this.backlog,
      lost: () => this.#lost(client, false),
    });
    this.#watch = watch;
    client.stream.on("data", () => watch.received());
    client.on("packetreceive", ({ cmd }) => watch.heard(cmd === "pingresp"));
    client.on("message", (topic, payload) => {
      if (this.#client !== client) return;
      this.#listeners.deliver(topic, new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength));
    });
    client.on("error", (error) => {
      refusedVersion ||= WRONG_VERSION.includes(codeOf(error));
      this.#loginRefused ||= WRONG_LOGIN.includes(codeOf(error));
    });
    client.on("close", () => this.#lost(client, refusedVersion));
  }

  #connected(client: MqttClientLike, url: string): void {
    // mqtt.js leaves Nagle's algorithm on, which costs 40 ms per exchange; only TCP has it.
    client.stream.setNoDelay?.(true);
    const ready = (): void => {
      if (this.#client !== client || !client.connected) return;
      this.#failures = 0;
      this.#versionKnown = true;
      this.#options.versions?.set(url, this.#version);
      this.#setOnline(true);
    };
    const filters = this.#listeners.filters;
    if (filters.length === 0) ready();
    else client.subscribe([...filters], { qos: 1 }, (error) => (error ? client.end(true, {}, () => {}) : ready()));
  }

  #lost(client: MqttClientLike, refusedVersion: boolean): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#watch?.close();
    client.end(true, {}, () => {});
    this.#setOnline(false);
    if (this.#closed) return;
    // Some brokers answer version 5 with bytes that are no answer: so the other version is tried after any failure but
    // that of a login, which was read.
    if (!this.#versionKnown && !this.#loginRefused) this.#version = this.#version === 5 ? 4 : 5;
    if (refusedVersion && this.#version === 4) void this.#connect();
    else this.#retryLater();
  }

  #retryLater(): void {
    const wait = Math.min(RECONNECT_FIRST * 2 ** this.#failures, RECONNECT_LONGEST);
    this.#failures += 1;
    const shortened = ms(wait * (0.5 + Math.random() / 2));
    this.#stopWaiting = this.#options.clock.after(shortened, () => void this.#connect());
  }

  #setOnline(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    this.#onlineChanged.emit(online);
  }
}

/** The same for one broker at each attempt, whose address may be signed anew. A host's own and one behind it are two. */
const placeOf = ({ url, isOwn }: BrokerAccess): string => `${isOwn === true} ${url.split("?", 1)[0]}`;

function codeOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("code" in error)) return -1;
  return typeof error.code === "number" ? error.code : -1;
}
