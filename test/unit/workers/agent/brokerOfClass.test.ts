import { expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { givenBroker, toldBroker, type BrokerSearch } from "../../../../workers/agent/brokerOfClass.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";

const access: BrokerAccess = { url: "mqtt://broker", login: { username: "class", password: "wrong" } };
const member = { keys: deriveRoomKeys(RoomId.create(), createRoomSecret()), signer: NodeSigner.create() };

it("says once, and whose login it is, that a broker does not take it", async () => {
  const told: string[] = [];
  const silent = (): void => undefined;
  const logger: Logger = { debug: silent, info: silent, error: silent, warn: (message) => told.push(message) };
  const search: BrokerSearch = { member, ask: () => Promise.resolve({ access, now: undefined }), logger };
  for (const ask of [toldBroker(search, undefined), givenBroker(access, search)]) {
    expect(await ask(false)).toEqual(access);
    expect(await ask(true)).toEqual(access);
    expect(await ask(true)).toEqual(access);
  }
  expect(told).toEqual([
    expect.stringContaining("which the class host told: whoever started it checks --broker-login"),
    expect.stringContaining("MESHBOOK_BROKER_LOGIN gives: check it"),
  ]);
});
