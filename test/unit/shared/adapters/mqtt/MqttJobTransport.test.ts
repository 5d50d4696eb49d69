import { EventEmitter } from "node:events";
import { beforeEach, expect, it } from "vitest";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import type { MqttClientLike, MqttModule } from "#shared/adapters/MqttClientLike.ts";
import { seconds } from "#shared/base/units.ts";
import type { BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

const OWN: BrokerAccess = { url: "ws://host/mqtt", login: undefined, isOwn: true };
const FOREIGN: BrokerAccess = { url: "ws://foreign/mqtt?signed=1", login: undefined };
const QOS1 = { qos: 1, retain: false } as const;
/** Longer than silence is borne, and less than it is on a line that is known to be slow. */
const SILENCE = seconds(6);

/** A connection that is made at once, and on which nothing ever comes. */
class SilentClient extends EventEmitter {
  readonly connected = true;
  readonly stream = new EventEmitter();
  publish(): void {}
  unsubscribe(): void {}
  sendPing(): void {}
  reschedulePing(): void {}
  end(): void {}
  subscribe(_filters: string[], _options: object, done: (error: unknown) => void): void {
    done(undefined);
  }
}

let clock: FakeClock;
let access: BrokerAccess;
let transport: MqttJobTransport;
let clients: SilentClient[];

const module: MqttModule = {
  connect: () => {
    const client = new SilentClient();
    clients.push(client);
    return client satisfies MqttClientLike;
  },
};

beforeEach(() => {
  [clock, clients] = [new FakeClock(), []];
});

function start(first: BrokerAccess): void {
  access = first;
  const load = (): Promise<MqttModule> => Promise.resolve(module);
  const url = (): Promise<BrokerAccess> => Promise.resolve(access);
  transport = new MqttJobTransport({ url, clientId: "peer", will: undefined, load, clock });
}

/** Connects if it is not, and says whether a connection that is used is kept through `SILENCE`. */
async function bearsSilence(): Promise<boolean> {
  await clock.advanceAsync(seconds(3));
  const client = clients.at(-1);
  if (!transport.online) client?.emit("connect");
  expect(transport.online).toBe(true);
  transport.publish("mb1/topic", new Uint8Array(1), QOS1);
  await clock.advanceAsync(SILENCE);
  return transport.online && clients.at(-1) === client;
}

it("is patient with a broker that may be slow, signed anew or not", async () => {
  start(FOREIGN);
  expect(await bearsSilence()).toBe(true);
  clients.at(-1)?.emit("close");
  access = { ...FOREIGN, url: "ws://foreign/mqtt?signed=2" };
  expect(await bearsSilence()).toBe(true);
});

it("notices a dead host as soon as ever after its class has come from a broker that may be slow", async () => {
  start(FOREIGN);
  expect(await bearsSilence()).toBe(true);
  clients.at(-1)?.emit("close");
  access = OWN;
  expect(await bearsSilence()).toBe(false);
});

it("takes one who is silent twice for slow, and another place not", async () => {
  start(OWN);
  expect(await bearsSilence()).toBe(false);
  // At the same place, twice the time.
  expect(await bearsSilence()).toBe(true);
  clients.at(-1)?.emit("close");
  access = { ...OWN, url: "ws://other/mqtt" };
  expect(await bearsSilence()).toBe(false);
});
