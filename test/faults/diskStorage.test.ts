import { afterEach, describe, expect, it, vi } from "vitest";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import {
  closeByForce,
  failWrites,
  isFailed,
  isHeld,
  newRoom,
  openRoom,
  readWithStock,
  rowsOf,
  spoilWrite,
  textOf,
  type,
  watchConnections,
  watchTransactions,
  type WriteFault,
} from "../support/diskRoom.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const dispose of undo.splice(0)) dispose();
});

describe("storage that cannot be opened", () => {
  it.each([
    [
      "throws at once",
      () => {
        throw new DOMException("denied", "SecurityError");
      },
      "storage-unavailable",
    ],
    ["refuses", () => failingRequest("InvalidStateError"), "storage-unavailable"],
    ["is damaged", () => failingRequest("NotReadableError"), "storage-corrupt"],
  ])("%s: says so, settles ready, and leaves editing alone", async (_, open, code) => {
    const spy = vi.spyOn(indexedDB, "open").mockImplementation(open);
    undo.push(() => spy.mockRestore());
    const { doc, source, statuses } = openRoom(newRoom());
    expect(() => type(doc, "typed all the same")).not.toThrow();
    await source.ready;
    expect(statuses.map((status) => status.state)).toEqual(["connecting", "failed"]);
    expect(statuses.at(-1)).toMatchObject({ state: "failed", code });
    expect(spy).toHaveBeenCalledTimes(2);
    await source.detach();
  });

  it("is missing altogether: says so", async () => {
    const real = indexedDB;
    Reflect.deleteProperty(globalThis, "indexedDB");
    undo.push(() =>
      Object.defineProperty(globalThis, "indexedDB", { value: real, configurable: true, writable: true }),
    );
    const { source, statuses } = openRoom(newRoom());
    await source.ready;
    expect(statuses.at(-1)).toMatchObject({ state: "failed", code: "storage-unavailable" });
    await source.detach();
  });

  it("stores what was typed meanwhile once it opens after all", async () => {
    const room = newRoom();
    const spy = vi.spyOn(indexedDB, "open").mockImplementation(() => failingRequest("UnknownError"));
    undo.push(() => spy.mockRestore());
    const { doc, source, until } = openRoom(room);
    type(doc, "kept in memory");
    await until(isFailed);
    spy.mockRestore();
    await source.flush();
    await until(isHeld);
    expect(textOf(await readWithStock(room))).toBe("kept in memory");
    await source.detach();
  });

  it("has another layout: says damaged", async () => {
    const room = newRoom();
    await new Promise((resolve) => {
      const request = indexedDB.open(roomDatabaseName(room));
      request.onsuccess = () => resolve(request.result.close());
    });
    const { source, statuses } = openRoom(room);
    await source.ready;
    expect(statuses.at(-1)).toMatchObject({ state: "failed", code: "storage-corrupt" });
    await source.detach();
  });
});

describe("a write that fails", () => {
  it.each<[WriteFault, string]>([
    ["quota", "storage-full"],
    ["aborts", "storage-closed"],
    ["throws", "storage-closed"],
  ])("by %s: is never called held, is tried twice, and is stored when storage is back", async (fault, code) => {
    const room = newRoom();
    const { doc, source, statuses, until } = openRoom(room);
    await until(isHeld);
    const seen = statuses.length;
    const { calls, stop } = failWrites(fault);
    undo.push(stop);
    expect(() => type(doc, "precious")).not.toThrow();
    await until(isFailed);
    expect(calls()).toBe(2);
    expect(statuses.at(-1)).toMatchObject({ state: "failed", code });
    type(doc, " and more");
    expect(statuses.slice(seen).some(isHeld)).toBe(false);
    expect((await rowsOf(room, "updates")).size).toBe(0);
    stop();
    await source.flush();
    await until(isHeld);
    expect(textOf(await readWithStock(room))).toBe("precious and more");
    await source.detach();
  });

  it("in a compaction for want of room: keeps the rows and stays held", async () => {
    const room = newRoom();
    const { doc, source, until } = openRoom(room);
    for (let index = 0; index < 499; index++) {
      type(doc, "x");
      await source.flush();
    }
    // The row goes through; the second one added is the snapshot.
    const { calls, stop } = failWrites("quota", 2);
    undo.push(stop);
    type(doc, "y");
    await source.flush();
    await until(isHeld);
    expect(calls()).toBe(2);
    expect((await rowsOf(room, "updates")).size).toBe(500);
    await source.detach();
    expect(textOf(await readWithStock(room))).toBe(`${"x".repeat(499)}y`);
  });
});

describe("a compaction", () => {
  it("whose snapshot does not read back as written deletes nothing, and says damaged", async () => {
    const room = newRoom();
    const { doc, source, statuses } = openRoom(room);
    for (let index = 0; index < 499; index++) {
      type(doc, "x");
      await source.flush();
    }
    // The row, then the snapshot; the second attempt adds no row, only a snapshot.
    const stops = [spoilWrite(2), spoilWrite(3)];
    undo.push(...stops.reverse());
    type(doc, "y");
    await source.flush();
    expect(statuses.at(-1)).toMatchObject({ state: "failed", code: "storage-corrupt" });
    for (const stop of stops) stop();
    const again = openRoom(room);
    await again.source.ready;
    expect(textOf(again.doc)).toBe(`${"x".repeat(499)}y`);
    await Promise.all([source.detach(), again.source.detach()]);
  });
});

describe("a connection that the browser closes", () => {
  it("is opened again, and what was typed after is stored", async () => {
    const connections = watchConnections();
    undo.push(connections.stop);
    const room = newRoom();
    const { doc, source, statuses, until } = openRoom(room);
    type(doc, "before");
    await until(isHeld);
    connections.closeAll();
    // Nobody knows what became of it until it was read again.
    expect(statuses.at(-1)).toEqual({ state: "connecting" });
    expect(() => type(doc, " after")).not.toThrow();
    await until(isHeld);
    expect(textOf(await readWithStock(room))).toBe("before after");
    await source.detach();
  });

  it("with the database gone: the whole document is stored again", async () => {
    const room = newRoom();
    const { doc, source, statuses, until } = openRoom(room);
    type(doc, "whole");
    await until(isHeld);
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(roomDatabaseName(room));
      request.onsuccess = resolve;
      request.onblocked = () => reject(new Error("we did not let go"));
    });
    expect(statuses.at(-1)).toEqual({ state: "connecting" });
    expect(await until(isHeld)).toMatchObject({ warning: { code: "storage-cleared" } });
    expect(textOf(await readWithStock(room))).toBe("whole");
    await source.detach();
  });

  it("and deleted at the moment it was read: what was read is stored again", async () => {
    const room = newRoom();
    const first = openRoom(room);
    type(first.doc, "read just in time");
    await first.source.detach();
    let gone = false;
    const stop = watchTransactions((transaction) => {
      transaction.addEventListener("complete", () => {
        if (gone) return;
        gone = true;
        closeByForce(transaction.db);
        indexedDB.deleteDatabase(roomDatabaseName(room));
      });
    });
    undo.push(stop);
    const { doc, source, until } = openRoom(room);
    await until(isHeld);
    expect(textOf(doc)).toBe("read just in time");
    expect(textOf(await readWithStock(room))).toBe("read just in time");
    await source.detach();
  });

  it("in the middle of a write: that write is repeated", async () => {
    const connections = watchConnections();
    undo.push(connections.stop);
    const room = newRoom();
    const { doc, source, until } = openRoom(room);
    await until(isHeld);
    type(doc, "in flight");
    const flushed = source.flush();
    await Promise.resolve();
    connections.closeAll();
    await flushed;
    await until(isHeld);
    expect(textOf(await readWithStock(room))).toBe("in flight");
    await source.detach();
  });
});

function failingRequest(name: string): IDBOpenDBRequest {
  const request = { error: new DOMException("planted", name), onerror: () => undefined } as unknown as IDBOpenDBRequest;
  queueMicrotask(() => void request.onerror?.(new Event("error")));
  return request;
}
