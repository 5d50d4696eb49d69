// The DocSource suite over brokers: one in memory, the class host's, and Mosquitto where it is installed. Cases wait more than
// they work, so that some go side by side.

import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryJobBroker } from "#shared/adapters/MemoryJobTransport.ts";
import { MqttDocSource } from "#shared/adapters/mqtt/MqttDocSource.ts";
import { RelayChannel } from "#shared/adapters/mqtt/RelayChannel.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { PeerId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { JobTransport } from "#shared/ports/JobTransport.ts";
import { startEmbedded } from "../support/brokers/startEmbedded.ts";
import { startMosquitto, type RunningBroker } from "../support/brokers/startMosquitto.ts";
import { TestRealm } from "../support/brokers/TestRealm.ts";
import { countingClock } from "../support/countingClock.ts";
import { CuttableProxy } from "../support/CuttableProxy.ts";
import { LONG } from "../support/property.ts";
import { untilTrue } from "../support/until.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness, DocSourcePlace } from "./docSourceHarness.ts";

interface Broker {
  connect(self: PeerId, realm: TestRealm): JobTransport;
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

function place(broker: Broker): DocSourcePlace {
  const realm = new TestRealm();
  const { keys } = realm;
  const { clock, timers } = countingClock();
  const open = new Set<JobTransport>();
  const connect = (): { transport: JobTransport; self: PeerId } => {
    const self = realm.newPeer();
    const transport = broker.connect(self, realm);
    const close = transport.close.bind(transport);
    transport.close = () => close().finally(() => open.delete(transport));
    open.add(transport);
    return { transport, self };
  };
  return {
    source: () =>
      new MqttDocSource({
        ...{ keys, connect, better: new Value(false), needAfter: ms(0), clock, logger: silentLogger },
      }),
    damage: async () => {
      const { transport, self } = connect();
      const nothing = { online: () => {}, received: () => {}, unreadable: () => {} };
      const channel = new RelayChannel({ transport, self, keys, clock }, nothing);
      await untilTrue("connected", () => transport.online);
      for (const bytes of [[1], [0], [0, 0, 200], [0, 2, 3, 1, 2, 3], [1, 5, 1, 2], [255, 255], [64], [0x7f, 1, 9]]) {
        channel.broadcast(new Uint8Array(bytes));
        transport.publish(`mb1/${keys.topicTag}/u/${self}`, new Uint8Array(bytes), { qos: 0, retain: false });
      }
      await channel.close();
    },
    cut: () => Promise.resolve(broker.cut()),
    heal: () => Promise.resolve(broker.heal()),
    leftovers: () => [
      ...(timers.size > 0 ? [`${timers.size} timers`] : []),
      ...(open.size > 0 ? [`${open.size} connections`] : []),
    ],
    close: () => broker.close(),
  };
}

const harness = (name: string, open: () => Promise<Broker>): DocSourceHarness => ({
  ...{ name, stores: false, live: true, presence: true, damages: true, cuts: true },
  open: async () => place(await open()),
});

function memoryBroker(): Promise<Broker> {
  const broker = new MemoryJobBroker();
  return Promise.resolve({
    connect: () => broker.connect(),
    cut: () => broker.stop(),
    heal: () => broker.start(),
    close: () => Promise.resolve(),
  });
}

async function brokerBehind(broker: RunningBroker, over: "TCP" | "WebSocket"): Promise<Broker> {
  const proxy = await CuttableProxy.start(over === "TCP" ? broker.port : broker.webSocketPort);
  const url = over === "TCP" ? `mqtt://127.0.0.1:${proxy.port}` : `ws://127.0.0.1:${proxy.port}/mqtt`;
  return {
    connect: (clientId, realm) =>
      new MqttJobTransport({
        ...{ url: realm.access(clientId, url), clientId, will: undefined },
        ...{ load: () => import("mqtt"), clock: systemClock },
      }),
    cut: () => proxy.cut(),
    heal: () => proxy.mend(),
    close: () => proxy.close(),
  };
}

describe("DocSource contract: MqttDocSource over a broker in memory", () => {
  for (const { name, run } of docSourceCases(harness("memory broker", memoryBroker))) it.concurrent(name, run);
});

/** Mosquitto 2.0 gives a WebSocket some ten packets a second while nothing comes in: 5 MB would take a minute. */
const isTooSlow = (broker: string, over: string, name: string): boolean =>
  broker === "Mosquitto" && over === "WebSocket" && name.includes("5 MB");

function describeOver(of: string, start: () => Promise<RunningBroker>): void {
  for (const over of of === "Mosquitto" && !LONG ? (["TCP"] as const) : (["TCP", "WebSocket"] as const)) {
    describe(`DocSource contract: MqttDocSource over ${of} by ${over}`, () => {
      let broker: RunningBroker;
      beforeAll(async () => {
        broker = await start();
      });
      afterAll(() => broker.stop());
      for (const { name, run } of docSourceCases(harness(over, () => brokerBehind(broker, over)))) {
        if (!isTooSlow(of, over, name)) it.concurrent(name, run);
      }
    });
  }
}

describeOver("the embedded broker", startEmbedded);

const mosquitto = inject("mosquitto");
if (mosquitto !== "") describeOver("Mosquitto", () => startMosquitto(mosquitto));
