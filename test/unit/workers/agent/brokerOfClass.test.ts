import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { classMark } from "#shared/rooms/classMark.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import {
  askForBroker,
  givenBroker,
  HostAbsentError,
  toldBroker,
  type BrokerSearch,
} from "../../../../workers/agent/brokerOfClass.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";

const access: BrokerAccess = { url: "mqtt://broker", login: { username: "class", password: "wrong" } };
const room = { kind: "class", base: "", id: RoomId.create(), secret: createRoomSecret() } as const;
const member = { keys: deriveRoomKeys(room.id, room.secret), signer: NodeSigner.create() };

it("says once, and whose login it is, that a broker does not take it", async () => {
  const told: string[] = [];
  const silent = (): void => undefined;
  const logger: Logger = { debug: silent, info: silent, error: silent, warn: (message) => told.push(message) };
  const search: BrokerSearch = { member, ask: () => Promise.resolve({ access, now: undefined }), logger };
  for (const ask of [toldBroker(search, undefined), givenBroker(() => access, search)]) {
    expect(await ask(false)).toEqual(access);
    expect(await ask(true)).toEqual(access);
    expect(await ask(true)).toEqual(access);
  }
  expect(told).toEqual([
    expect.stringContaining("which the class host told: whoever started it checks --broker-login"),
    expect.stringContaining("MESHBOOK_BROKER_LOGIN gives: check it"),
  ]);
});

/** What an agent gets from whatever listens at a host's address. */
async function askAt(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  // reason: a listening TCP server has an address with a port; only pipes have a name.
  const { port } = server.address() as AddressInfo;
  try {
    return await askForBroker({ ...room, base: `http://127.0.0.1:${port}` }, member.keys).catch(
      (error: unknown) => error,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("a class host that does not say where its broker is", () => {
  it("may come if nobody answers, or somebody in its place", async () => {
    expect(await askAt((request) => request.socket.destroy())).toBeInstanceOf(HostAbsentError);
    expect(await askAt((_, response) => response.writeHead(502).end("<h1>Bad Gateway</h1>"))).toBeInstanceOf(
      HostAbsentError,
    );
  });

  it("is none if something else answers, or it has another class", async () => {
    const page = await askAt((_, response) => response.end("<h1>It works!</h1>"));
    expect(page).not.toBeInstanceOf(HostAbsentError);
    expect(page).toMatchObject({ message: expect.stringContaining("is not a class host of this version") as string });
    const mark = classMark({ ...room, secret: createRoomSecret() });
    for (const told of [{ broker: "sealed for others" }, { classMark: mark, mqttPort: 1 }]) {
      const other = await askAt((_, response) => response.end(JSON.stringify(told)));
      expect(other).not.toBeInstanceOf(HostAbsentError);
      expect(other).toMatchObject({ message: expect.stringContaining("is the host of another class") as string });
    }
    const ours = await askAt((_, response) =>
      response.end(JSON.stringify({ classMark: classMark(room), mqttPort: 1 })),
    );
    expect(ours).toMatchObject({ access: { isOwn: true } });
  });
});
