import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foundRoom } from "#shared/rooms/founding.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { presenceFrame } from "../../support/faults/HostileClient.ts";
import { HubHost } from "../../support/HubHost.ts";
import { AccessClient } from "../../support/hub/AccessClient.ts";

let host: HubHost;
const [owner, ana, mallory] = [NodeSigner.create(), NodeSigner.create(), NodeSigner.create()] as const;
const clients: AccessClient[] = [];
beforeAll(async () => {
  host = await HubHost.start();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await host.close();
});

const join = async (room: RoomRef, signer: NodeSigner): Promise<AccessClient> => {
  const client = new AccessClient({ port: host.port, room, signer });
  clients.push(client);
  await client.until(() => client.greeted);
  return client;
};

describe("presence", () => {
  const shows = (name: string, signer: NodeSigner, clock: number): Uint8Array =>
    presenceFrame([{ client: 77, clock, state: JSON.stringify({ peer: signer.peer, name }) }]);
  const seen = (client: AccessClient): readonly unknown[] =>
    client.shown.filter((entry) => entry.client === 77).map(({ state }) => state?.["name"]);

  it("of a device is its own as soon as it is here, whoever passed it on before", async () => {
    const room = foundRoom(owner.publicKey);
    const [watcher, relay] = [await join(room, owner), await join(room, mallory)];
    relay.send(shows("passed on", ana, 1));
    await watcher.until(() => seen(watcher).includes("passed on"));
    const self = await join(room, ana);
    self.send(shows("myself", ana, 2));
    await watcher.until(() => seen(watcher).includes("myself"));
    relay.send(shows("forged", ana, 3));
    relay.send(shows("forged too", mallory, 4));
    relay.send(presenceFrame([{ client: 77, clock: 5, state: "null" }]));
    await relay.settled();
    self.send(shows("myself again", ana, 6));
    await watcher.until(() => seen(watcher).includes("myself again"));
    self.close();
    await watcher.until(() => seen(watcher).at(-1) === undefined);
    relay.send(shows("passed on again", ana, 7));
    await watcher.until(() => seen(watcher).includes("passed on again"));
    expect(seen(watcher)).toEqual(["passed on", "myself", "myself again", undefined, "passed on again"]);
  });
});
