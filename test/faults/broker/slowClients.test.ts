// Clients of the class host's broker that read slowly, or not at all.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { PeerId } from "#shared/base/ids.ts";
import { bytes, kib, mib, seconds, type Bytes } from "#shared/base/units.ts";
import { BACKLOG_LIMITS, type BacklogLimits } from "../../../broker/mqtt/Backlogs.ts";
import { connectPacket } from "../../support/brokers/connectPacket.ts";
import { startEmbedded } from "../../support/brokers/startEmbedded.ts";
import type { RunningBroker } from "../../support/brokers/startMosquitto.ts";
import { TestRealm } from "../../support/brokers/TestRealm.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

const realm = new TestRealm();
const MESSAGE = kib(250);
/** Bytes a second. The slow seat of a classroom has 20 KB/s; what the kernel keeps by itself takes minutes there. */
const LINE = LONG ? 60_000 : 1_500_000;
/** More than the kernel's buffers on the way take, and much more than the line carries in a second or two. */
const BURST = bytes(30 * MESSAGE);
const PINGREQ = Buffer.from([0xc0, 0]);
/** What the kernel and the cable may hold beside what the broker holds. */
const ON_THE_WAY = mib(14);

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function start(limits?: BacklogLimits): Promise<RunningBroker> {
  const broker = await startEmbedded(limits);
  opened.push(() => broker.stop());
  return broker;
}

type Joined = MqttClient & { readonly id: PeerId };

async function join(port: number): Promise<Joined> {
  const id = realm.newPeer();
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ clientId: id, ...(await realm.login(id)), protocolVersion: 4, reconnectPeriod: 0 },
  });
  client.on("error", () => {});
  opened.push(() => client.endAsync(true));
  return Object.assign(client, { id });
}

const nextMessage = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => client.once("message", () => resolve()));

const inbox = (to: PeerId, from: PeerId): string => `mb1/${realm.tag}/i/${to}/${from}`;

/** Sends so much to one client, each message after the broker took the one before. */
async function burst(from: Joined, to: PeerId, bytes: Bytes): Promise<void> {
  for (let sent = 0; sent < bytes; sent += MESSAGE) {
    await from.publishAsync(inbox(to, from.id), Buffer.alloc(MESSAGE, 1), { qos: 1 });
  }
}

/** A client in a process of its own, which can be stopped; its last will tells when the broker cut it off. */
async function joinByProcess(port: number): Promise<{ readonly id: PeerId; readonly child: ChildProcess }> {
  const id = realm.newPeer();
  const { username, password } = await realm.login(id);
  const child = fork(new URL("./stoppableClient.mjs", import.meta.url), [
    ...[String(port), id, username, Buffer.from(password).toString("base64"), `mb1/${realm.tag}`],
  ]);
  opened.push(() => child.kill("SIGKILL"));
  await once(child, "message");
  return { id, child };
}

async function watchEnd(port: number, id: PeerId): Promise<() => boolean> {
  const watcher = await join(port);
  let isGone = false;
  watcher.on("message", () => (isGone = true));
  await watcher.subscribeAsync(`mb1/${realm.tag}/p/${id}`, { qos: 1 });
  return () => isGone;
}

describe("a client on a slow line", () => {
  it.each(LONG ? ["TCP", "WebSocket"] : ["TCP"])(
    "is given a burst whole over %s, and nobody else waits for it",
    async (over) => {
      const broker = await start();
      const proxy = await CuttableProxy.start(over === "TCP" ? broker.port : broker.webSocketPort);
      opened.push(() => proxy.close());
      const url = over === "TCP" ? `mqtt://127.0.0.1:${proxy.port}` : `ws://127.0.0.1:${proxy.port}/mqtt`;
      const id = realm.newPeer();
      const slow = new MqttJobTransport({
        ...{
          url: realm.access(id, url),
          clientId: id,
          will: undefined,
          load: () => import("mqtt"),
          clock: systemClock,
        },
      });
      opened.push(() => slow.close());
      let [received, cut] = [0, false];
      slow.subscribe(`mb1/${realm.tag}/i/${id}/#`, (_topic, payload) => (received += payload.length));
      await untilTrue("it is online", () => slow.online);
      slow.onOnline((online) => (cut ||= !online));
      proxy.slow(LINE);
      const [sender, ana, ben] = [await join(broker.port), await join(broker.port), await join(broker.port)];
      await burst(sender, id, BURST);
      const before = received;
      await ben.subscribeAsync(`mb1/${realm.tag}/i/${ben.id}/#`, { qos: 1 });
      const heard = nextMessage(ben);
      await ana.publishAsync(inbox(ben.id, ana.id), "meanwhile", { qos: 1 });
      await heard;
      await untilTrue("all of it is there, or it was cut off", () => cut || received >= BURST, 600_000);
      expect({ cut, received }).toEqual({ cut: false, received: BURST });
      console.log(`[figure] slow client over ${over}: the sender was done when it had ${before} of ${BURST} bytes`);
    },
    LONG ? 700_000 : 90_000,
  );
});

describe.skipIf(process.platform === "win32")("a client whose process stands still", () => {
  it("is cut off when it takes nothing, while others go on", async () => {
    const broker = await start({ ...BACKLOG_LIMITS, silence: seconds(2) });
    const { id, child } = await joinByProcess(broker.port);
    const isGone = await watchEnd(broker.port, id);
    const [sender, ana, ben] = [await join(broker.port), await join(broker.port), await join(broker.port)];
    await ben.subscribeAsync(`mb1/${realm.tag}/i/${ben.id}/#`, { qos: 1 });
    child.kill("SIGSTOP");
    await burst(sender, id, BURST);
    const heard = nextMessage(ben);
    await ana.publishAsync(inbox(ben.id, ana.id), "meanwhile", { qos: 1 });
    await heard;
    // Its keepalive would end it a minute later.
    await untilTrue("it is cut off", isGone, 45_000);
  }, 90_000);

  it.runIf(LONG)(
    "is cut off when it takes nothing for long, also if it talks",
    async () => {
      const broker = await start({ ...BACKLOG_LIMITS, silence: seconds(3), stall: seconds(12) });
      const id = realm.newPeer();
      const talker = connect(broker.port, "127.0.0.1");
      opened.push(() => talker.destroy());
      talker.on("error", () => {});
      talker.write(connectPacket(id, await realm.login(id)));
      await once(talker, "data");
      const topic = Buffer.from(`mb1/${realm.tag}/i/${id}/#`);
      talker.write(
        Buffer.concat([Buffer.from([0x82, topic.length + 5, 0, 1, 0, topic.length]), topic, Buffer.from([0])]),
      );
      await once(talker, "data");
      const closed = new Promise((resolve) => talker.once("close", resolve));
      talker.pause();
      const pinging = setInterval(() => talker.write(PINGREQ), 1_000);
      opened.push(() => clearInterval(pinging));
      await burst(await join(broker.port), id, BURST);
      await closed;
    },
    90_000,
  );

  it("is cut off when too much waits for it, however long it may stand still", async () => {
    const broker = await start();
    const { id, child } = await joinByProcess(broker.port);
    const isGone = await watchEnd(broker.port, id);
    const sender = await join(broker.port);
    child.kill("SIGSTOP");
    let sent = 0;
    while (!isGone() && sent < mib(64)) {
      await burst(sender, id, MESSAGE);
      sent += MESSAGE;
    }
    expect(isGone()).toBe(true);
    expect(sent).toBeLessThan(BACKLOG_LIMITS.perClient + ON_THE_WAY);
  }, 90_000);

  it.runIf(LONG)(
    "makes room when all slow clients together hold too much",
    async () => {
      const broker = await start({ ...BACKLOG_LIMITS, total: mib(6) });
      const stopped = [await joinByProcess(broker.port), await joinByProcess(broker.port)];
      const gone = await Promise.all(stopped.map(({ id }) => watchEnd(broker.port, id)));
      const sender = await join(broker.port);
      for (const { child } of stopped) child.kill("SIGSTOP");
      for (const { id } of stopped) await burst(sender, id, mib(9));
      await untilTrue("one of them is cut off", () => gone.some((isGone) => isGone()), 45_000);
    },
    90_000,
  );
});
