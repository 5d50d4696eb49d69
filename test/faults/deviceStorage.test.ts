import { afterEach, describe, expect, it, vi } from "vitest";
import { StorageError } from "#shared/base/errors.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { DeviceDatabase } from "../../renderer/adapters/indexeddb/DeviceDatabase.ts";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { IndexedDbBlobStore } from "../../renderer/adapters/indexeddb/IndexedDbBlobStore.ts";
import { IndexedDbLibraryStore } from "../../renderer/adapters/indexeddb/IndexedDbLibraryStore.ts";
import { failPuts, watchConnections } from "../support/diskRoom.ts";
import { newDevice } from "../support/deviceStorage.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const dispose of undo.splice(0)) dispose();
});

const entry = (room = RoomId.create()) => ({
  room,
  secret: createRoomSecret(),
  title: "Notes",
  host: undefined,
  created: unixMs(0),
  opened: unixMs(0),
  removed: undefined,
});
const bytes = new TextEncoder().encode("bytes");
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "resolved",
    (error: unknown) => (error instanceof StorageError ? error.code : error),
  );

describe("the device's storage", () => {
  it("says full when the transaction was aborted for want of room, and stores nothing", async () => {
    const store = new IndexedDbBlobStore(new DeviceDatabase(newDevice().name));
    await store.has(contentHashOfText("open it first"));
    const stop = failPuts();
    undo.push(stop);
    expect(await codeOf(store.put(bytes))).toBe("storage-full");
    stop();
    expect(await store.has(contentHashOfText("bytes"))).toBe(false);
    expect(await store.put(bytes)).toBe(contentHashOfText("bytes"));
  });

  it("goes on after the browser closed its connection", async () => {
    const connections = watchConnections();
    undo.push(connections.stop);
    const store = new IndexedDbLibraryStore(new DeviceDatabase(newDevice().name));
    const kept = entry();
    await store.put(kept);
    connections.closeAll();
    expect(await store.list()).toEqual([kept]);
  });

  it("says unavailable where there is no storage, and works once there is", async () => {
    const store = new IndexedDbLibraryStore(new DeviceDatabase(newDevice().name));
    const spy = vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    undo.push(() => spy.mockRestore());
    expect(await codeOf(store.list())).toBe("storage-unavailable");
    spy.mockRestore();
    expect(await store.list()).toEqual([]);
  });

  it("shows the shelf though an entry is damaged", async () => {
    const database = new DeviceDatabase(newDevice().name);
    const store = new IndexedDbLibraryStore(database);
    const kept = entry();
    await store.put(kept);
    for (const [key, damage] of [
      ["no record", 5],
      ["no secret", { ...kept, secret: "short" }],
    ] as const) {
      await database.run((db) => db.put("library", damage, key));
    }
    expect(await store.list()).toEqual([kept]);
  });

  it("finishes a purge that the end of a window cut short", async () => {
    const database = new DeviceDatabase(newDevice().name);
    const store = new IndexedDbLibraryStore(database);
    const { room } = entry();
    await new Promise<void>((resolve) => {
      const request = indexedDB.open(roomDatabaseName(room));
      request.onsuccess = () => resolve(request.result.close());
    });
    await database.run((db) => db.put("purges", 1, room));
    const names = async (): Promise<readonly unknown[]> => (await indexedDB.databases()).map(({ name }) => name);
    expect(await names()).toContain(roomDatabaseName(room));
    await store.list();
    await expect.poll(names).not.toContain(roomDatabaseName(room));
    await expect.poll(() => database.run((db) => db.count("purges"))).toBe(0);
  });
});
