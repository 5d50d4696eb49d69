import * as Y from "yjs";
import { afterEach, describe, expect, it } from "vitest";
import {
  failPuts,
  isHeld,
  newRoom,
  onDatabase,
  openRoom,
  readWithStock,
  rowsOf,
  textOf,
  type,
} from "../support/diskRoom.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const dispose of undo.splice(0)) dispose();
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

  it("that could not be set aside for want of room is not deleted by a compaction", async () => {
    const { room } = await damage(flipped);
    const stop = failPuts();
    undo.push(stop);
    const { doc, source, until } = openRoom(room);
    expect(await until(isHeld)).toMatchObject({ warning: { code: "storage-damaged" } });
    expect([...(await rowsOf(room, "updates")).keys()]).toEqual([1, 2, 3]);
    stop();
    for (let index = 0; index < 500; index++) {
      type(doc, "x");
      await source.flush();
    }
    await source.detach();
    expect((await rowsOf(room, "updates")).size).toBeLessThan(10);
    expect([...(await rowsOf(room, "custom")).keys()]).toContainEqual(["damaged", 2]);
  });

  it("that is the snapshot itself: what it replaced is read instead, and stored again", async () => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    for (let index = 0; index < 500; index++) {
      type(doc, "x");
      await source.flush();
    }
    type(doc, "after");
    await source.detach();
    const [snapshot] = (await rowsOf(room, "updates")).keys();
    await onDatabase(room, "updates", "readwrite", (rows) => {
      const request = rows.get(snapshot!) as IDBRequest<Uint8Array>;
      request.onsuccess = () => rows.put(flipped(request.result), snapshot);
      return () => undefined;
    });
    const again = openRoom(room);
    expect(await again.until(isHeld)).toMatchObject({ warning: { code: "storage-damaged" } });
    expect(textOf(again.doc)).toBe(`${"x".repeat(500)}after`);
    await again.source.detach();
    expect(textOf(await readWithStock(room))).toBe(`${"x".repeat(500)}after`);
  });

  it("from a stock y-indexeddb, which writes no checksums, is not applied by half", async () => {
    const room = newRoom();
    const author = new Y.Doc();
    type(author, "abc");
    author.getText("text").delete(0, 1);
    const update = Y.encodeStateAsUpdate(author);
    const { source } = openRoom(room);
    await source.detach();
    await onDatabase(room, "updates", "readwrite", (rows) => {
      // Without the end, the insertions can be read and the deletions cannot.
      rows.add(update.slice(0, -1));
      return () => undefined;
    });
    const again = openRoom(room);
    expect(await again.until(isHeld)).toMatchObject({ warning: { code: "storage-damaged" } });
    expect(textOf(again.doc)).toBe("");
    await again.source.detach();
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
