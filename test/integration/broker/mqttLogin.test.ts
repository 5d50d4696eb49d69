// Who the host's own broker lets in. By hand over TCP, because what is asked is what goes over the wire.

import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { fromBase64url, toBase64url } from "#shared/base/base64url.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { HOST_INFO_PATH, type HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import type { BrokerLogin } from "#shared/rooms/brokerAccess.ts";
import { brokerLogin, createSalt, passingId, TOKEN_LIFE } from "#shared/rooms/brokerToken.ts";
import { createRoomSecret, deriveRoomKeys, type RoomKeys } from "#shared/rooms/roomKeys.ts";
import { HostBrokers } from "../../../renderer/app/HostBrokers.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { connectPacket } from "../../support/brokers/connectPacket.ts";
import { TestRealm } from "../../support/brokers/TestRealm.ts";
import { FakeSettings } from "../../support/fake/FakeMeshbook.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

const ACCEPTED = 0;
const UNKNOWN_VERSION = 1;
const ID_REJECTED = 2;
const BAD_LOGIN = 4;
const NOT_AUTHORIZED = 5;

let host: RunningHost;
let keys: RoomKeys;
const ana = NodeSigner.create();
beforeAll(async () => {
  host = await startHost();
  keys = deriveRoomKeys(host.link.id, host.link.secret);
});
afterAll(() => host.stop());

/** The return code of the broker's answer to a CONNECT, after which it must have hung up, unless it let us in. */
async function answer(packet: Buffer): Promise<number> {
  const { hostname, port } = new URL(host.ready.mqtt);
  const socket = connectTcp({ host: hostname, port: Number(port) });
  socket.write(packet);
  const [bytes] = (await once(socket, "data")) as [Buffer];
  expect([...bytes.subarray(0, 3)]).toEqual([0x20, 2, 0]);
  if (bytes[3] !== ACCEPTED) await once(socket, "close");
  socket.destroy();
  return bytes[3]!;
}

const login = (
  signer: NodeSigner,
  of: Pick<RoomKeys, "topicTag" | "brokerSeed"> = keys,
  at = Date.now(),
  salt?: Uint8Array,
): Promise<BrokerLogin> => brokerLogin({ keys: of, signer, ...(salt && { salt }) }, unixMs(at));

const enter = (given: BrokerLogin | undefined, id: PeerId = ana.peer): Promise<number> =>
  answer(connectPacket(id, given));

describe("the host's own broker", () => {
  it("lets in a device that knows the class's secret, and a passing connection of its own", async () => {
    expect(await enter(await login(ana))).toBe(ACCEPTED);
    const salt = createSalt();
    expect(await enter(await login(ana, keys, Date.now(), salt), passingId(ana.publicKey, salt))).toBe(ACCEPTED);
  });

  it("refuses whoever shows no token, with the code that each version of MQTT has for it", async () => {
    expect(await enter(undefined)).toBe(BAD_LOGIN);
    for (const password of ["", "secret", "A".repeat(372), "A".repeat(5_000)]) {
      expect(await enter({ username: "meshbook", password })).toBe(BAD_LOGIN);
    }
    expect(await answer(connectPacket("stock-client"))).toBe(ID_REJECTED);
    // It speaks 3.1.1 only, and says so in the way that clients of version 5 know.
    expect(await answer(connectPacket(ana.peer, undefined, 5))).toBe(UNKNOWN_VERSION);
    for (const protocolVersion of [4, 5] as const) {
      const stock = connectAsync(host.ready.mqtt, { clientId: ana.peer, protocolVersion, reconnectPeriod: 0 });
      await expect(stock).rejects.toMatchObject({ code: protocolVersion === 4 ? BAD_LOGIN : UNKNOWN_VERSION });
    }
  });

  it("takes a token once, for its own client id alone", async () => {
    const ben = NodeSigner.create();
    const token = await login(ana);
    expect(await enter(token, ben.peer)).toBe(NOT_AUTHORIZED);
    expect(await enter(token, PeerId.createPassing())).toBe(NOT_AUTHORIZED);
    expect(await enter(token)).toBe(ACCEPTED);
    expect(await enter(token)).toBe(NOT_AUTHORIZED);
  });

  it("refuses tokens of another time, as its own clock has it", async () => {
    for (const wrong of [-86_400_000, -5_000 - TOKEN_LIFE, TOKEN_LIFE + 5_000, 86_400_000]) {
      expect(await enter(await login(ana, keys, Date.now() + wrong))).toBe(NOT_AUTHORIZED);
    }
    expect(await enter(await login(ana, keys, Date.now() - TOKEN_LIFE + 10_000))).toBe(ACCEPTED);
  });

  it("refuses a token that does not know the class's secret, whoever comes first", async () => {
    const other = deriveRoomKeys(RoomId.create(), createRoomSecret());
    expect(await enter(await login(ana, { topicTag: keys.topicTag, brokerSeed: other.brokerSeed }))).toBe(
      NOT_AUTHORIZED,
    );
  });

  it("keeps a realm of others for those who know what the first one knew", async () => {
    const realm = new TestRealm();
    const [first, squatter] = [realm.newPeer(), NodeSigner.create()];
    expect(await enter(await realm.login(first), first)).toBe(ACCEPTED);
    const { brokerSeed } = deriveRoomKeys(RoomId.create(), createRoomSecret());
    expect(await enter(await login(squatter, { topicTag: realm.tag, brokerSeed }), squatter.peer)).toBe(NOT_AUTHORIZED);
    const second = realm.newPeer();
    expect(await enter(await realm.login(second), second)).toBe(ACCEPTED);
  });

  it("refuses a token in which any part was changed", async () => {
    const { username, password } = await login(ana);
    const bytes = fromBase64url(password)!;
    // Everything but what stands for the device: a changed key is another device, which is another test.
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = bytes.slice();
      changed[at]! ^= 1;
      expect([BAD_LOGIN, NOT_AUTHORIZED]).toContain(await enter({ username, password: toBase64url(changed) }));
    }
    for (const part of [bytes.subarray(0, -1), new Uint8Array([...bytes, 0])]) {
      expect(await enter({ username, password: toBase64url(part) })).toBe(BAD_LOGIN);
    }
    expect(await enter({ username, password })).toBe(ACCEPTED);
  });

  it("keeps each client to the realm of its token", async () => {
    const [realm, other] = [new TestRealm(), new TestRealm()];
    const [peer, victim] = [realm.newPeer(), other.newPeer()];
    const options = { protocolVersion: 4, reconnectPeriod: 0 } as const;
    const ben = await connectAsync(host.ready.mqtt, { clientId: victim, ...options, ...(await other.login(victim)) });
    await ben.subscribeAsync(`mb1/${other.tag}/c`, { qos: 1 });
    const heard: string[] = [];
    ben.on("message", (topic) => heard.push(topic));
    const eve = await connectAsync(host.ready.mqtt, { clientId: peer, ...options, ...(await realm.login(peer)) });
    eve.on("error", () => {});
    const granted = await eve.subscribeAsync(`mb1/${other.tag}/p/+`, { qos: 1 }).catch(() => [{ qos: 128 }]);
    expect(granted.map(({ qos }) => qos)).toEqual([128]);
    const closed = new Promise<void>((resolve) => eve.once("close", resolve));
    eve.publish(`mb1/${other.tag}/c`, "x", { qos: 0 });
    await closed;
    await ben.publishAsync(`mb1/${other.tag}/c`, "fence", { qos: 1 });
    await untilTrue("the fence is heard", () => heard.length > 0);
    expect(heard).toHaveLength(1);
    await ben.endAsync();
  });
});

it("lets in a device whose clock is wrong by a day: it goes by the host's", async () => {
  const info = (await (await fetch(`${host.base}${HOST_INFO_PATH}`)).json()) as HostInfo;
  expect(Math.abs(info.now! - Date.now())).toBeLessThan(60_000);
  const brokers = new HostBrokers({
    settings: new FakeSettings(),
    now: () => Date.now() - 86_400_000,
    readHostInfo: async (base) => (await (await fetch(`${base}${HOST_INFO_PATH}`)).json()) as HostInfo,
  });
  const device = NodeSigner.create();
  const transport = new MqttJobTransport({
    ...{ url: brokers.access(host.base, { keys, signer: device }), clientId: device.peer, will: undefined },
    ...{ load: () => import("mqtt"), clock: systemClock, versions: brokers.versions },
  });
  await untilTrue("it is online", () => transport.online);
  await transport.close();
});
