import { Socket } from "node:net";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { RoomId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { unixMs } from "#shared/base/units.ts";
import type { BrokerFacts } from "#shared/doctor/judgeBroker.ts";
import { PAYLOAD_LIMIT } from "#shared/jobs/jobMessage.ts";
import type { BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { brokerLogin } from "#shared/rooms/brokerToken.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { NodeSigner } from "../../agent/NodeSigner.ts";
import { failureOf } from "./failureOf.ts";
import { PATIENCE } from "./probeHost.ts";

type Way = "given" | "nobody" | "member";
type Version = 4 | 5;

const WRONG_VERSION = [0x01, 0x84];
const WRONG_LOGIN = [0x04, 0x05, 0x86, 0x87];
const ROUNDS = 50;
const LARGE_ROUNDS = 5;
const SHARED_MESSAGES = 10;

/** Looks at a broker, from a room of the doctor's own that nobody else is in. Never rejects for what is broken. */
export async function probeBroker(access: BrokerAccess): Promise<BrokerFacts> {
  const doctor = new BrokerDoctor(access);
  try {
    return await doctor.examine();
  } catch (error) {
    if (!WRONG_LOGIN.includes(codeOf(error))) return { reached: false, failure: failureOf(error) };
    return { reached: false, failure: doctor.isIn ? "denied" : "login" };
  } finally {
    doctor.close();
  }
}

interface Guest {
  readonly id: string;
  readonly mqtt: MqttClient;
}

class BrokerDoctor {
  readonly #access: BrokerAccess;
  readonly #keys = deriveRoomKeys(RoomId.create(), createRoomSecret());
  readonly #clients: MqttClient[] = [];
  #version: Version = 5;
  #as: Way;

  constructor(access: BrokerAccess) {
    this.#access = access;
    this.#as = access.login === undefined ? "nobody" : "given";
  }

  /** Whether it was let in: what is refused later is not the login. */
  get isIn(): boolean {
    return this.#clients.length > 0;
  }

  async examine(): Promise<BrokerFacts> {
    const [one, two] = [await this.#enter(), await this.#enter()];
    const said = one.mqtt.serverProperties?.maximumPacketSize;
    const small = await this.#latency(one, two, 20, ROUNDS);
    if (small === undefined) return { reached: false, failure: "denied" };
    const shared = await this.#share(one, two);
    const [retained, will] = [await this.#retain(one), await this.#will(one)];
    // Last, and each between two of its own, because a broker may end the connection over it.
    const large = await this.#latencyOfNew(10_240, LARGE_ROUNDS);
    const largest = large === undefined ? undefined : await this.#latencyOfNew(PAYLOAD_LIMIT, 1);
    const facts = { version: this.#version, as: this.#as, said, shared, retained, will };
    return { reached: true, ...facts, small, large, largest: largest !== undefined };
  }

  close(): void {
    for (const client of this.#clients) client.end(true);
  }

  /** Finds the version and the way in on the first call, and keeps to them. */
  async #enter(more: Partial<IClientOptions> = {}): Promise<Guest> {
    try {
      return await this.#connect(more);
    } catch (error) {
      const code = codeOf(error);
      if (this.#version === 5 && WRONG_VERSION.includes(code)) this.#version = 4;
      else if (this.#as === "nobody" && WRONG_LOGIN.includes(code)) this.#as = "member";
      else throw error;
      return this.#enter(more);
    }
  }

  async #connect(more: Partial<IClientOptions>): Promise<Guest> {
    const signer = NodeSigner.create();
    const member = { keys: this.#keys, signer };
    const login = this.#as === "member" ? await brokerLogin(member, unixMs(Date.now())) : this.#access.login;
    const will = more.will && { ...more.will, topic: this.#topic(`p/${signer.peer}`) };
    const mqtt = await connectAsync(this.#access.url, {
      ...{ clientId: signer.peer, protocolVersion: this.#version, reconnectPeriod: 0, connectTimeout: PATIENCE },
      ...(login ?? {}),
      ...(will && { will }),
    });
    // Nagle's algorithm would cost 40 ms for each exchange, as it would not in a class.
    if (mqtt.stream instanceof Socket) mqtt.stream.setNoDelay(true);
    mqtt.on("error", () => undefined);
    this.#clients.push(mqtt);
    return { id: signer.peer, mqtt };
  }

  #topic(rest: string): string {
    return `mb1/${this.#keys.topicTag}/${rest}`;
  }

  /** Median of so many messages of this size from one to the other; undefined if one did not come. */
  async #latency(from: Guest, to: Guest, size: number, rounds: number): Promise<number | undefined> {
    const topic = this.#topic(`i/${to.id}/${from.id}`);
    await to.mqtt.subscribeAsync(topic, { qos: 1 });
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      const heard = next(to.mqtt, topic);
      from.mqtt.publish(topic, Buffer.alloc(size, 1), { qos: 1 });
      if ((await heard) === undefined) return undefined;
      times.push(performance.now() - started);
    }
    return times.sort((one, other) => one - other)[Math.floor(rounds / 2)];
  }

  async #latencyOfNew(size: number, rounds: number): Promise<number | undefined> {
    return this.#latency(await this.#enter(), await this.#enter(), size, rounds);
  }

  /** A SUBACK is no proof: some brokers grant what they do not do. */
  async #share(one: Guest, two: Guest): Promise<number | undefined> {
    const topic = this.#topic(`g/doctor/${one.id}`);
    let came = 0;
    for (const { mqtt } of [one, two]) {
      const granted = await mqtt.subscribeAsync(`$share/doctor/${topic}`, { qos: 1 }).catch(() => []);
      if (granted.length === 0 || granted.some(({ qos }) => qos > 2)) return undefined;
      mqtt.on("message", (heard) => (came += heard === topic ? 1 : 0));
    }
    for (let count = 0; count < SHARED_MESSAGES; count++) await one.mqtt.publishAsync(topic, "x", { qos: 1 });
    // What was published before has been delivered when a later message to each of them has.
    await this.#latency(one, two, 1, 1);
    await this.#latency(two, one, 1, 1);
    return came;
  }

  async #retain(from: Guest): Promise<boolean> {
    const topic = this.#topic(`p/${from.id}`);
    await from.mqtt.publishAsync(topic, "here", { qos: 1, retain: true });
    const late = await this.#enter();
    const heard = next(late.mqtt, topic);
    await late.mqtt.subscribeAsync(this.#topic("p/+"), { qos: 1 });
    const kept = await heard;
    await from.mqtt.publishAsync(topic, "", { qos: 1, retain: true });
    return kept !== undefined;
  }

  async #will(watcher: Guest): Promise<number | undefined> {
    const dying = await this.#enter({ will: { topic: "", payload: Buffer.from("gone"), qos: 1, retain: false } });
    const topic = this.#topic(`p/${dying.id}`);
    await watcher.mqtt.subscribeAsync(topic, { qos: 1 });
    const heard = next(watcher.mqtt, topic);
    const started = performance.now();
    dying.mqtt.stream.destroy();
    return (await heard) === undefined ? undefined : performance.now() - started;
  }
}

/** The next message under a topic; undefined if none comes in time, or the connection ends. */
function next(mqtt: MqttClient, topic: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const end = (payload?: Buffer): void => {
      clearTimeout(late);
      mqtt.off("message", onMessage);
      mqtt.off("close", onClose);
      resolve(payload);
    };
    const onMessage = (heard: string, payload: Buffer): void => {
      if (heard === topic) end(payload);
    };
    const onClose = (): void => end();
    const late = setTimeout(end, PATIENCE);
    mqtt.on("message", onMessage).on("close", onClose);
  });
}

const codeOf = (error: unknown): number => (isRecord(error) && typeof error["code"] === "number" ? error["code"] : -1);
