import type { Aedes, Client, ConnectPacket, PublishPacket, Subscription } from "aedes";
import { PeerId } from "#shared/base/ids.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { TOPIC_ROOT } from "#shared/jobs/topics.ts";
import type { BrokerCounts } from "./brokerCounts.ts";
import { LoginDesk, NOT_AUTHORIZED } from "./LoginDesk.ts";
import { PublishGate } from "./PublishGate.ts";
import type { RealmKey } from "./realmKey.ts";
import { isOwnPresence, maySubscribe, PRESENCE_LIMIT, refusePublication } from "./topicRules.ts";

/** Filters of one client: those of the protocol, and those of many jobs and groups. */
const FILTERS_LIMIT = 256;
/** Return code of MQTT 3.1.1: the client id is not one. */
const ID_REJECTED = 2;
/** Presences kept, at most 16 KiB each. */
const RETAINED_LIMIT = 4000;

type Done = (error?: Error | null) => void;

interface ClientState {
  readonly id: PeerId;
  /** What every topic of this client begins with: it is in one realm, and hears of no other. */
  readonly realm: string;
  readonly gate: PublishGate;
  readonly filters: Set<string>;
}

export interface BrokerRulesOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Realms whose members are known, whoever comes first. */
  readonly realmKeys: readonly RealmKey[];
}

/** Applies the login, the topic rules, limits and rates to the clients of a broker. */
export class BrokerRules {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #desk: LoginDesk;
  readonly #states = new WeakMap<Client, ClientState>();
  readonly #refused = new WeakMap<Client, string>();
  readonly #retained = new Set<string>();
  readonly #counts = { messages: 0, refusedLogins: 0, refusedPublications: 0, refusedSubscriptions: 0 };

  constructor({ clock, logger, realmKeys }: BrokerRulesOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#desk = new LoginDesk(clock, realmKeys);
  }

  get counts(): Omit<BrokerCounts, "clients" | "bytesIn" | "bytesOut" | "memory"> {
    return { ...this.#counts, presences: this.#retained.size };
  }

  applyTo(aedes: Aedes): void {
    aedes.preConnect = (client, packet, done) => {
      this.#look(client, packet);
      done(null, true);
    };
    aedes.authenticate = (client, _name, password, done) => {
      const refused = this.#admit(client, password);
      if (refused === undefined) done(null, true);
      else done(Object.assign(new Error(refused.reason), { returnCode: refused.code }), false);
    };
    aedes.authorizePublish = (client, packet, done) => this.#publish(client, packet, done);
    aedes.authorizeSubscribe = (client, subscription, done) =>
      done(null, this.#subscribe(client, subscription) ?? null);
    aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#states.get(client)?.filters.delete(filter);
    });
    const tell = (client: Client, error: Error): void =>
      this.#logger.debug("an MQTT connection was ended", { client: client.id, reason: error.message });
    aedes.on("clientError", tell);
    aedes.on("connectionError", tell);
  }

  #look(client: Client, packet: ConnectPacket): void {
    const problem = refuseConnection(packet);
    if (problem !== undefined) this.#refused.set(client, problem);
    // Sessions end with their connection: queues of absent clients would grow in memory, and the outbox of the job
    // protocol repeats what was missed anyway.
    packet.clean = true;
  }

  /** Lets the client in, or says why not. */
  #admit(client: Client, password: Uint8Array | undefined): { code: 2 | 4 | 5; reason: string } | undefined {
    const id = PeerId.parse(client.id);
    const problem = this.#refused.get(client);
    if (id === undefined) return this.#refuse(ID_REJECTED, problem ?? "the client id is no peer id");
    if (problem !== undefined) return this.#refuse(NOT_AUTHORIZED, problem);
    const entered = this.#desk.enter(id, password);
    if (!entered.ok) return this.#refuse(entered.error.code, entered.error.reason);
    const tag = entered.value;
    client.conn.once("close", () => this.#desk.leave(tag));
    this.#states.set(client, {
      ...{ id, realm: `${TOPIC_ROOT}/${tag}/` },
      ...{ gate: new PublishGate(this.#clock), filters: new Set() },
    });
    return undefined;
  }

  #refuse<Code extends 2 | 4 | 5>(code: Code, reason: string): { code: Code; reason: string } {
    this.#counts.refusedLogins += 1;
    this.#logger.warn("an MQTT client was refused", { reason });
    return { code, reason };
  }

  #publish(client: Client | null, packet: PublishPacket, done: Done): void {
    const state = client === null ? undefined : this.#states.get(client);
    if (client === null || state === undefined) {
      done(client === null ? null : new Error("not connected"));
      return;
    }
    const bytes = packet.payload.length;
    const isHere = packet.topic.startsWith(state.realm);
    const refused = refusePublication(state.id, { ...packet, bytes });
    const problem = refused ?? (isHere ? this.#noteRetained(packet) : "the topic is another realm's");
    if (problem !== undefined) {
      this.#counts.refusedPublications += 1;
      this.#logger.warn("a publication was refused", { client: client.id, reason: problem });
      done(new Error(problem));
    }
    // A last will is published when the client is gone: there is nobody left to slow down.
    else if (client.closed) done(null);
    else {
      this.#counts.messages += 1;
      state.gate.pass(bytes, () => done(null));
    }
  }

  /** What is granted; undefined = refused. */
  #subscribe(client: Client, subscription: Subscription): Subscription | undefined {
    const state = this.#states.get(client);
    const { topic } = subscription;
    const known = state?.filters.has(topic) === true;
    const full = !known && (state?.filters.size ?? 0) >= FILTERS_LIMIT;
    if (state === undefined || full || !topic.startsWith(state.realm) || !maySubscribe(state.id, topic)) {
      this.#counts.refusedSubscriptions += 1;
      this.#logger.warn("a subscription was refused", { client: client.id, filter: topic.slice(0, 100) });
      return undefined;
    }
    state.filters.add(topic);
    return subscription;
  }

  #noteRetained({ topic, retain, payload }: PublishPacket): string | undefined {
    if (!retain) return undefined;
    if (payload.length === 0) this.#retained.delete(topic);
    else if (!this.#retained.has(topic) && this.#retained.size >= RETAINED_LIMIT) return "too many presences";
    else this.#retained.add(topic);
    return undefined;
  }
}

/** Why a CONNECT is refused: a client that may not speak, or a last will that may not be said. */
function refuseConnection({ clientId, will }: ConnectPacket): string | undefined {
  const id = PeerId.parse(clientId);
  if (id === undefined) return "a client id is the peer id: 22 base64url characters";
  if (will === undefined) return undefined;
  if (!isOwnPresence(id, will.topic)) return "a last will belongs to the client's own presence";
  return will.payload.length > PRESENCE_LIMIT || will.qos === 2 ? "a last will beyond the limits" : undefined;
}
