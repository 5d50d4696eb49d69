import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { RoomId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { Archive } from "../../../../broker/archive/Archive.ts";
import { ROOM_IDLE, SyncHub } from "../../../../broker/sync/SyncHub.ts";
import { createArchiveFolder, type ArchiveFolder } from "../../../support/archiveFolder.ts";
import { FakeClock } from "../../../support/FakeClock.ts";
import { HeldClient } from "../../../support/hub/hubClient.ts";
import { untilTrue } from "../../../support/until.ts";

describe("SyncHub", () => {
  let folder: ArchiveFolder;
  let archive: Archive;
  let server: WebSocketServer;
  let hub: SyncHub;
  let clock: FakeClock;
  const room = RoomId.create();

  beforeEach(async () => {
    folder = await createArchiveFolder();
    archive = await folder.open();
    clock = new FakeClock();
    hub = new SyncHub({ archive, accessFiles: await folder.accessFiles(), clock, logger: silentLogger });
    server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    server.on("connection", (socket, request) => {
      hub.accept(socket, RoomId.parse(request.url?.slice(HUB_PATH.length, HUB_PATH.length + 22))!, {
        wantsHeld: true,
        hostName: undefined,
      });
    });
    await once(server, "listening");
  });
  afterEach(async () => {
    await hub.close();
    server.close();
    await archive.close();
    await folder.remove();
  });

  async function join(): Promise<HeldClient> {
    const client = new HeldClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, room);
    await client.until(() => client.held === 2);
    return client;
  }

  async function leave(client: HeldClient): Promise<void> {
    client.socket.close();
    await untilTrue("the host has noticed", () => server.clients.size === 0);
  }

  it("forgets a room some time after the last one left, and reads it again when somebody comes", async () => {
    const ana = await join();
    ana.doc.getText("t").insert(0, "kept");
    await ana.until(() => ana.held === 3);
    await leave(ana);
    expect(hub.size).toBe(1);
    clock.advance(ROOM_IDLE);
    await untilTrue("the room is unloaded", () => hub.size === 0);
    const ben = await join();
    await ben.until(() => ben.doc.getText("t").toString() === "kept");
  });

  it("keeps a room in which somebody is again by then", async () => {
    await leave(await join());
    const ben = await join();
    for (let n = 1; n <= 4; n++) {
      const pinged = once(ben.socket, "ping");
      clock.advance(ms(ROOM_IDLE / 4));
      await pinged;
      ben.doc.getText("t").insert(0, "x");
      await ben.until(() => ben.held === 2 + n);
    }
    expect(hub.size).toBe(1);
  });

  it("stores nothing for a room in which nothing was written", async () => {
    await leave(await join());
    await hub.close();
    await archive.close();
    expect(await folder.keys()).toEqual([]);
    archive = await folder.open();
  });

  it("takes nobody after it was closed, and says why", async () => {
    await hub.close();
    const late = new HeldClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, room);
    const [code] = (await once(late.socket, "close")) as [number];
    expect(code).toBe(1013);
  });
});
