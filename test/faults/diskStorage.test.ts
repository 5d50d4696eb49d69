import * as Y from "yjs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/roomDatabase.ts";
import {
  failWrites,
  isFailed,
  isHeld,
  newRoom,
  onDatabase,
  openRoom,
  readWithStock,
  rowsOf,
  textOf,
  type,
  watchConnections,
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

describe("a connection that the browser closes", () => {
  it("is opened again, and what was typed after is stored", async () => {
    const connections = watchConnections();
    undo.push(connections.stop);
    const room = newRoom();
    const { doc, source, until } = openRoom(room);
    type(doc, "before");
    await until(isHeld);
    connections.closeAll();
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
    await until(isHeld);
    expect(textOf(await readWithStock(room))).toBe("whole");
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

describe("a damaged row", () => {
  const damage = async (change: (row: Uint8Array) => unknown): Promise<{ room: ReturnType<typeof newRoom> }> => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    for (const part of ["one", "two", "three"]) {
      doc.getMap("parts").set(part, part);
      await source.flush();
    }
    await source.detach();
    await onDatabase(room, "updates", "readwrite", (rows) => {
      const request = rows.get(2) as IDBRequest<Uint8Array>;
      request.onsuccess = () => rows.put(change(request.result), 2);
      return () => undefined;
    });
    return { room };
  };
  const flipped = (row: Uint8Array): Uint8Array =>
    row.map((byte, index) => (index === row.length - 3 ? byte ^ 1 : byte));

  it.each<[string, (row: Uint8Array) => unknown]>([
    ["one flipped bit that Yjs would read as other text", flipped],
    ["a row cut short", (row) => row.slice(0, 4)],
    ["something that is no row", () => "not bytes"],
  ])("%s: is set aside and named, the rest loads", async (_, change) => {
    const { room } = await damage(change);
    const { doc, source, until } = openRoom(room);
    const status = await until(isHeld);
    expect(status).toMatchObject({ warning: { code: "storage-damaged" } });
    expect(doc.getMap("parts").toJSON()).toEqual({ one: "one" });
    // The third part builds on the second: Yjs keeps it until somebody brings the second.
    expect(doc.store.pendingStructs).not.toBeNull();
    await source.detach();
    expect([...(await rowsOf(room, "updates")).keys()]).toEqual([1, 3]);
    expect([...(await rowsOf(room, "custom")).keys()]).toContainEqual(["damaged", 2]);
  });

  it("is healed by a peer that has what is missing", async () => {
    const room = newRoom();
    const first = openRoom(room);
    for (const part of ["one", "two", "three"]) {
      first.doc.getMap("parts").set(part, part);
      await first.source.flush();
    }
    await first.source.detach();
    await onDatabase(room, "updates", "readwrite", (rows) => {
      rows.put(new Uint8Array([1, 2, 3]), 2);
      return () => undefined;
    });
    const { doc, source, until } = openRoom(room);
    await source.ready;
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(first.doc, Y.encodeStateVector(doc)));
    await until(isHeld);
    await source.detach();
    expect((await readWithStock(room)).getMap("parts").toJSON()).toEqual({ one: "one", two: "two", three: "three" });
  });
});

function failingRequest(name: string): IDBOpenDBRequest {
  const request = { error: new DOMException("planted", name), onerror: () => undefined } as unknown as IDBOpenDBRequest;
  queueMicrotask(() => void request.onerror?.(new Event("error")));
  return request;
}
