import "fake-indexeddb/auto";
import { describe, expect, it, vi } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import {
  openRoomDatabase,
  openRoomEarly,
  roomDatabaseName,
} from "../../../../../../renderer/adapters/indexeddb/document/roomDatabase.ts";

const names = async (): Promise<readonly (string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name);

const deleted = (name: string): Promise<unknown> =>
  new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));

describe("openRoomEarly", () => {
  it("makes no database that is not there; who needs one makes it", async () => {
    const room = RoomId.create();
    const name = roomDatabaseName(room);
    openRoomEarly(room);
    const db = await openRoomDatabase(name);
    expect([...db.objectStoreNames]).toEqual(["custom", "updates"]);
    db.close();
    const other = RoomId.create();
    openRoomEarly(other);
    await vi.waitFor(async () => expect(await names()).toContain(name));
    expect(await names()).not.toContain(roomDatabaseName(other));
  });

  it("hands its connection to the first who opens the database, and to nobody else", async () => {
    const room = RoomId.create();
    const name = roomDatabaseName(room);
    (await openRoomDatabase(name)).close();
    const open = vi.spyOn(indexedDB, "open");
    openRoomEarly(room);
    const first = await openRoomDatabase(name);
    expect(open).toHaveBeenCalledTimes(1);
    const second = await openRoomDatabase(name);
    expect(open).toHaveBeenCalledTimes(2);
    expect(second).not.toBe(first);
    open.mockRestore();
    for (const db of [first, second]) db.close();
  });

  it("is in nobody's way who deletes the database", async () => {
    const room = RoomId.create();
    const name = roomDatabaseName(room);
    (await openRoomDatabase(name)).close();
    openRoomEarly(room);
    await deleted(name);
    expect(await names()).not.toContain(name);
  });
});
