// Two honest people whom only a broker joins, and others on it: members of the room, who have its key and send what makes
// no sense, and strangers, who have none and repeat what they overheard. On the class host's broker, and on one that, as
// a standard broker may, lets anybody publish under any name.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { awarenessFrame, updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import { MemoryJobBroker } from "#shared/adapters/MemoryJobTransport.ts";
import { MqttDocSource } from "#shared/adapters/mqtt/MqttDocSource.ts";
import { RelayChannel } from "#shared/adapters/mqtt/RelayChannel.ts";
import { byeFrame, helloFrame } from "#shared/adapters/mqtt/relayFrames.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId, type PeerId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { ms } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { syncFilters } from "#shared/jobs/topics.ts";
import type { JobTransport } from "#shared/ports/JobTransport.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { startEmbedded } from "../../support/brokers/startEmbedded.ts";
import { TestRealm } from "../../support/brokers/TestRealm.ts";
import { deepJson, presenceFrame } from "../../support/faults/HostileClient.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { talkDuring } from "../../support/faults/Talk.ts";
import { expectConverged, TokenLedger } from "../../support/faults/TokenLedger.ts";
import { DAMAGING } from "../../support/hub/damagingUpdate.ts";
import { LONG, propertySeed } from "../../support/property.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const FRAMES = LONG ? 5_000 : 300;
const seed = propertySeed("hostile relay");

interface Broker {
  connect(self: PeerId, realm: TestRealm): JobTransport;
  stop(): Promise<void>;
}

async function embedded(): Promise<Broker> {
  const broker = await startEmbedded();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const load = () => import("mqtt");
  return {
    connect: (clientId, realm) =>
      new MqttJobTransport({ url: realm.access(clientId, url), clientId, will: undefined, load, clock: systemClock }),
    stop: () => broker.stop(),
  };
}

function lax(): Promise<Broker> {
  const broker = new MemoryJobBroker();
  return Promise.resolve({ connect: () => broker.connect(), stop: () => Promise.resolve() });
}

describe.each([
  ["the class host's broker", embedded],
  ["a broker that lets anybody use any name", lax],
])(`people joined by %s alone (seed ${seed})`, (_, start) => {
  let broker: Broker;
  let pair: readonly [HonestPeer, HonestPeer];
  const room = RoomId.create();
  const realm = new TestRealm(deriveRoomKeys(room, createRoomSecret()));
  const { keys } = realm;
  const open: { close(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    broker = await start();
    const ledger = new TokenLedger();
    const peer = (name: string, own: number): HonestPeer =>
      new HonestPeer({ base: "http://nowhere", room, name, seed: own, ledger, network: network() });
    pair = [peer("ana", 1), peer("ben", 2)];
    await Promise.all(pair.map((one) => untilValue(one.sync.view, ({ seen }) => seen.by === 1)));
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
    for (const peer of pair) await peer.leave();
    await broker.stop();
  });

  function network(): MqttDocSource {
    const connect = (): { transport: JobTransport; self: PeerId } => {
      const self = realm.newPeer();
      return { transport: broker.connect(self, realm), self };
    };
    const better = new Value(false);
    return new MqttDocSource({ keys, connect, better, needAfter: ms(0), clock: systemClock, logger: silentLogger });
  }

  async function member(): Promise<RelayChannel> {
    const self = realm.newPeer();
    const transport = broker.connect(self, realm);
    const deaf = { online: () => {}, received: () => {}, unreadable: () => {} };
    const channel = new RelayChannel({ transport, self, keys, clock: systemClock }, deaf);
    open.push(channel);
    await untilTrue("connected", () => transport.online);
    return channel;
  }

  async function expectUntouched(act: () => Promise<void>): Promise<void> {
    await talkDuring(pair, act());
    await Promise.all(pair.map((one) => untilValue(one.sync.view, ({ seen }) => seen.by === 1, 30_000)));
    expectConverged(pair.map(({ doc }) => doc));
  }

  it("go on while a member sends what makes no sense", { timeout: 120_000 }, async () => {
    const random = seededRandom(seed);
    await expectUntouched(async () => {
      const hostile = await member();
      const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random() * 256));
      for (let count = 0; count < FRAMES; count++) {
        const bytes = noise(Math.floor(random() * 200));
        // Often a type that is known: sync, presence, a piece of a larger message, hello.
        if (bytes.length > 3 && random() < 0.8) bytes.set([[0, 1, 3, 0x7f, 64][count % 5]!, count % 4, count % 3]);
        hostile.broadcast(bytes);
        if (count % 50 === 0) await untilTrue("sent", () => hostile.flushed);
      }
      for (const depth of [200, 5_000, 60_000]) {
        hostile.broadcast(presenceFrame([{ client: depth, clock: 1, state: deepJson(depth) }]));
      }
      hostile.broadcast(awarenessFrame(new Uint8Array(100)));
      hostile.broadcast(updateFrame(DAMAGING));
      await untilTrue("sent", () => hostile.flushed);
    });
  });

  it("go on while two hundred come, say half of something large, and go", { timeout: 120_000 }, async () => {
    await expectUntouched(async () => {
      for (let count = 0; count < (LONG ? 200 : 20); count++) {
        const hostile = await member();
        hostile.broadcast(helloFrame(true));
        hostile.broadcast(new Uint8Array(40_000).fill(7));
        hostile.broadcast(byeFrame());
        await open.pop()!.close();
      }
    });
  });

  it("take nothing from strangers, and nothing old from anybody", { timeout: 120_000 }, async () => {
    const [ana, ben] = pair;
    const self = realm.newPeer();
    const stranger = broker.connect(self, realm);
    open.push(stranger);
    const overheard: { topic: string; payload: Uint8Array }[] = [];
    stranger.subscribe(syncFilters.all(keys.topicTag), (topic, payload) => void overheard.push({ topic, payload }));
    await untilTrue("connected", () => stranger.online);
    await expectUntouched(() => untilTrue("something was said", () => overheard.length > 10));
    const old = [...overheard];
    const shown = [ana, ben].map((one) => one.awareness.getStates().size);
    await expectUntouched(async () => {
      for (const { topic, payload } of old) {
        const noise = payload.map((byte, at) => (at % 7 === 3 ? byte ^ 1 : byte));
        for (const bytes of [payload, noise, payload.subarray(0, 20), new Uint8Array()]) {
          stranger.publish(topic, bytes, { qos: 0, retain: false });
          stranger.publish(topic.replace(/[^/]+$/, self), bytes, { qos: 0, retain: false });
        }
      }
      await untilTrue("sent", () => stranger.backlog === 0);
    });
    expect([ana, ben].map((one) => one.awareness.getStates().size)).toEqual(shown);
  });
});
