import { expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import type { HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { sealToldBroker, type ToldBroker } from "#shared/rooms/brokerAccess.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { parseBrokerToken } from "#shared/rooms/brokerToken.ts";
import { HostBrokers } from "../../../../renderer/app/HostBrokers.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";
import { FakeSettings } from "../../../support/fake/FakeMeshbook.ts";

const BASE = "https://host.example:8720";
const keys = deriveRoomKeys(RoomId.create(), createRoomSecret());
const LOGIN = { username: "class", password: "geheim" };
const member = { keys, signer: NodeSigner.create() };
const AGENTS = { url: "mqtt://broker:1883", login: LOGIN };
const PAGES = { url: "wss://broker/mqtt", login: LOGIN };

function brokers(told?: ToldBroker) {
  const broker = told && sealToldBroker(keys, told);
  let info: HostInfo | undefined = {
    name: "C",
    version: "1",
    address: BASE,
    mqttPort: 1,
    ...(broker ? { broker } : {}),
  };
  const settings = new FakeSettings();
  let time = 0;
  const options = { settings, now: () => time, readHostInfo: () => Promise.resolve(info) };
  return {
    settings,
    known: new HostBrokers(options),
    leave: () => (info = undefined),
    tell: (now: number) => (info = { ...info!, now }),
    later: (wait: number) => (time += wait),
    again: () => new HostBrokers(options),
  };
}

it("finds the host's own broker at the host, also while it is away", async () => {
  const { known, leave } = brokers();
  const own = { url: "wss://host.example:8720/mqtt", isOwn: true };
  expect(await known.access(BASE, member)(false)).toMatchObject(own);
  leave();
  expect(await known.access(BASE, member)(false)).toMatchObject(own);
});

it("logs in there with a new token each time, by the host's clock where the host says what time it has", async () => {
  const { known, tell } = brokers();
  const tokenOf = async () => {
    const { login } = await known.access(BASE, member)(false);
    return parseBrokerToken(login!.password)!;
  };
  const [one, two] = [await tokenOf(), await tokenOf()];
  expect(one).toMatchObject({ client: member.signer.peer, tag: keys.topicTag, at: 0 });
  expect(Buffer.from(one.message).equals(two.message)).toBe(false);
  tell(1_000_000_000_000);
  expect((await tokenOf()).at).toBe(1_000_000_000_000);
});

it("finds another broker where the host tells members, and remembers it for when the host is away", async () => {
  const { known, settings, leave, again } = brokers({ agents: AGENTS, pages: PAGES });
  await expect(known.access(BASE, member)(false)).rejects.toThrow("members");
  known.know(BASE, keys);
  expect(await known.access(BASE, member)(false)).toEqual(PAGES);
  expect(JSON.stringify(settings.get(`broker:${BASE}`))).not.toContain("geheim");
  leave();
  const later = again();
  later.know(BASE, keys);
  expect(await later.access(BASE, member)(false)).toEqual(PAGES);
});

it("reaches a broker without a WebSocket through the host, with the login there", async () => {
  const { known } = brokers({ agents: AGENTS, pages: undefined });
  known.know(BASE, keys);
  expect(await known.access(BASE, member)(false)).toEqual({ url: "wss://host.example:8720/mqtt", login: LOGIN });
});

it("asks a broker that refused version 5 for it again a day later", () => {
  const { known, later, again } = brokers();
  expect(known.versions.get(PAGES.url)).toBeUndefined();
  known.versions.set(PAGES.url, 4);
  expect(again().versions.get(PAGES.url)).toBe(4);
  later(23 * 3_600_000);
  known.versions.set(PAGES.url, 4);
  expect(again().versions.get(PAGES.url)).toBe(4);
  later(2 * 3_600_000);
  expect(again().versions.get(PAGES.url)).toBeUndefined();
  known.versions.set(PAGES.url, 5);
  expect(again().versions.get(PAGES.url)).toBeUndefined();
});
