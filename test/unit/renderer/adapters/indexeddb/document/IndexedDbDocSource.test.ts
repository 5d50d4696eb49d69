import { IndexeddbPersistence } from "y-indexeddb";
import * as Y from "yjs";
import { describe, expect, it, vi } from "vitest";
import { roomDatabaseName } from "../../../../../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import {
  isHeld,
  newRoom,
  openRoom,
  readWithStock,
  rowsOf,
  textOf,
  type,
  watchTransactions,
} from "../../../../../support/diskRoom.ts";

describe("IndexedDbDocSource and a stock y-indexeddb", () => {
  it("writes what a stock persistence of the same name reads", async () => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    type(doc, "from ours");
    await source.detach();
    expect(textOf(await readWithStock(room))).toBe("from ours");
  });

  it("reads what a stock persistence wrote, and adds to it", async () => {
    const room = newRoom();
    const stockDoc = new Y.Doc();
    const stock = new IndexeddbPersistence(roomDatabaseName(room), stockDoc);
    await stock.whenSynced;
    type(stockDoc, "from stock");
    await stock.destroy();

    const { doc, source } = openRoom(room);
    await source.ready;
    expect(textOf(doc)).toBe("from stock");
    type(doc, " and ours");
    await source.detach();
    expect(textOf(await readWithStock(room))).toBe("from stock and ours");
  });

  it("works on the same database at the same time", async () => {
    const room = newRoom();
    const stockDoc = new Y.Doc();
    const stock = new IndexeddbPersistence(roomDatabaseName(room), stockDoc);
    await stock.whenSynced;
    const { doc, source } = openRoom(room);
    await source.ready;
    for (let index = 0; index < 20; index++) {
      stockDoc.getArray("stock").push([index]);
      doc.getArray("ours").push([index]);
    }
    await source.detach();
    await stock.destroy();
    const after = await readWithStock(room);
    expect([after.getArray("stock").length, after.getArray("ours").length]).toEqual([20, 20]);
  });

  it("opens again what it and a stock compaction left", async () => {
    const room = newRoom();
    const first = openRoom(room);
    for (let index = 0; index < 600; index++) {
      type(first.doc, "x");
      if (index % 3 === 0) await first.source.flush();
    }
    await first.source.detach();
    const second = openRoom(room);
    await second.source.ready;
    expect(textOf(second.doc)).toBe("x".repeat(600));
    await second.source.detach();
  });
});

describe("IndexedDbDocSource rows", () => {
  it("adds none when a document is opened and closed without an edit", async () => {
    const room = newRoom();
    const first = openRoom(room);
    type(first.doc, "once");
    await first.source.detach();
    const rows = await rowsOf(room, "updates");
    for (let open = 0; open < 5; open++) {
      const again = openRoom(room);
      await again.source.ready;
      expect(again.statuses.at(-1)).toEqual({ state: "connected", held: true });
      await again.source.detach();
    }
    expect(await rowsOf(room, "updates")).toEqual(rows);
    expect(rows.size).toBe(1);
  });

  it("adds none for a document that came with what is stored already", async () => {
    const room = newRoom();
    const first = openRoom(room);
    type(first.doc, "known");
    await first.source.detach();
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(first.doc));
    const again = openRoom(room, copy);
    await again.until(isHeld);
    await again.source.detach();
    expect((await rowsOf(room, "updates")).size).toBe(1);
  });

  it("stores what the document held before it was attached, deletions included", async () => {
    const room = newRoom();
    const first = openRoom(room);
    type(first.doc, "abc");
    await first.source.detach();
    // Same state vector as what is stored, one character less.
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(first.doc));
    copy.getText("text").delete(1, 1);
    const again = openRoom(room, copy);
    await again.until(isHeld);
    await again.source.detach();
    expect(textOf(await readWithStock(room))).toBe("ac");
  });

  it("gathers a burst of typing into one row", async () => {
    const room = newRoom();
    const { doc, source, until } = openRoom(room);
    await source.ready;
    for (const char of "a burst of typing") type(doc, char);
    await until(isHeld);
    expect((await rowsOf(room, "updates")).size).toBe(1);
    await source.detach();
  });

  it("compacts a document that is never quiet", async () => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    await source.ready;
    const most = { rows: 0 };
    for (let index = 0; index < 1_200; index++) {
      type(doc, "x");
      // A row each, and the next edit arrives while this one is being written.
      const flushed = source.flush();
      type(doc, "y");
      await flushed;
      if (index % 100 === 0) most.rows = Math.max(most.rows, (await rowsOf(room, "updates")).size);
    }
    await source.detach();
    expect(most.rows).toBeLessThanOrEqual(502);
    expect((await rowsOf(room, "updates")).size).toBeLessThanOrEqual(502);
    expect(textOf(await readWithStock(room))).toBe("xy".repeat(1_200));
  });

  it("compacts by bytes when few rows are large", async () => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    await source.ready;
    const map = doc.getMap("outputs");
    for (let index = 0; index < 12; index++) {
      map.set("same", "z".repeat(100_000) + index.toString());
      await source.flush();
    }
    await source.detach();
    const rows = [...(await rowsOf(room, "updates")).values()] as Uint8Array[];
    expect(rows.reduce((sum, row) => sum + row.length, 0)).toBeLessThan(500_000);
  });

  it("keeps what a compaction replaced, for one generation", async () => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    const previous = async (): Promise<readonly unknown[]> =>
      [...(await rowsOf(room, "custom")).keys()].flatMap((key) =>
        Array.isArray(key) && key[0] === "previous" ? [key[1]] : [],
      );
    for (let index = 0; index < 500; index++) {
      type(doc, "x");
      await source.flush();
    }
    expect(await previous()).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    for (let index = 0; index < 499; index++) {
      type(doc, "y");
      await source.flush();
    }
    // The first snapshot and what came after it; of the rows before that, nothing.
    expect(await previous()).toEqual(Array.from({ length: 500 }, (_, index) => index + 501));
    await source.detach();
    expect(textOf(await readWithStock(room))).toBe("x".repeat(500) + "y".repeat(499));
  });

  it("keeps no checksum of a row that compaction deleted", async () => {
    const room = newRoom();
    const { doc, source } = openRoom(room);
    for (let index = 0; index < 520; index++) {
      type(doc, "x");
      await source.flush();
    }
    await source.detach();
    const rows = [...(await rowsOf(room, "updates")).keys()];
    const sums = [...(await rowsOf(room, "custom")).keys()].filter((key) => Array.isArray(key) && key[0] === "crc");
    expect(sums).toEqual(rows.map((key) => ["crc", key]));
  });
});

describe("IndexedDbDocSource held", () => {
  it("is false from the edit on until the row is in the database", async () => {
    const room = newRoom();
    const { doc, source, statuses, until } = openRoom(room);
    await until(isHeld);
    type(doc, "now");
    expect(statuses.at(-1)).toEqual({ state: "connected", held: false });
    await until(isHeld);
    expect((await rowsOf(room, "updates")).size).toBe(1);
    await source.detach();
  });

  it("is false for a deletion too", async () => {
    const room = newRoom();
    const { doc, source, statuses, until } = openRoom(room);
    type(doc, "abc");
    await until(isHeld);
    doc.getText("text").delete(0, 1);
    expect(statuses.at(-1)).toEqual({ state: "connected", held: false });
    await until(isHeld);
    expect(textOf(await readWithStock(room))).toBe("bc");
    await source.detach();
  });

  it("stores at once when the page is hidden, without a timer, which would come late there", async () => {
    const room = newRoom();
    const { doc, source, page, until } = openRoom(room);
    await source.ready;
    page.hide();
    await source.flush();
    // From here on no timer rings.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      type(doc, "written while hidden");
      await until(isHeld);
    } finally {
      vi.useRealTimers();
    }
    expect(textOf(await readWithStock(room))).toBe("written while hidden");
    await source.detach();
    expect(page.listeners).toBe(0);
  });
});

describe("IndexedDbDocSource durability", () => {
  it("is relaxed for typing, strict for what was typed when the page is hidden or flushed", async () => {
    const writes: string[] = [];
    const stop = watchTransactions(({ mode, durability }) => mode === "readwrite" && writes.push(durability));
    const { doc, source, page, until } = openRoom(newRoom());
    await until(isHeld);
    type(doc, "typed");
    await until(({ state }) => state === "connected");
    await until(isHeld);
    expect(writes.splice(0)).toEqual(["relaxed"]);
    await source.flush();
    expect(writes.splice(0)).toEqual(["strict"]);
    await source.flush();
    expect(writes.splice(0)).toEqual([]);
    type(doc, " and hidden");
    page.hide();
    await until(isHeld);
    expect(writes.splice(0)).toEqual(["strict"]);
    stop();
    await source.detach();
  });

  it("is strict for every step of a compaction", async () => {
    const { doc, source } = openRoom(newRoom());
    for (let index = 0; index < 499; index++) {
      type(doc, "x");
      await source.flush();
    }
    const steps: string[] = [];
    const stop = watchTransactions(({ mode, durability }) => steps.push(`${mode} ${durability}`));
    type(doc, "y");
    await source.flush();
    stop();
    const [append, add, remove] = ["readwrite strict", "readwrite strict", "readwrite strict"];
    expect(steps).toEqual([append, "readonly default", add, "readonly default", remove]);
    await source.detach();
  });
});

describe("IndexedDbDocSource in two tabs", () => {
  it("loses nothing when both type and both compact", async () => {
    const room = newRoom();
    const tabs = [openRoom(room), openRoom(room)];
    await Promise.all(tabs.map((tab) => tab.source.ready));
    for (let index = 0; index < 600; index++) {
      for (const [tab, open] of tabs.entries()) open.doc.getArray(`tab ${tab}`).push([index]);
      await Promise.all(tabs.map((tab) => tab.source.flush()));
    }
    await Promise.all(tabs.map((tab) => tab.source.detach()));
    const doc = await readWithStock(room);
    const all = Array.from({ length: 600 }, (_, index) => index);
    expect([doc.getArray("tab 0").toJSON(), doc.getArray("tab 1").toJSON()]).toEqual([all, all]);
    expect((await rowsOf(room, "updates")).size).toBeLessThan(1_100);
  });

  it("reads what the other tab stored when asked to sync again", async () => {
    const room = newRoom();
    const [one, two] = [openRoom(room), openRoom(room)];
    await Promise.all([one.source.ready, two.source.ready]);
    type(one.doc, "from one");
    await one.source.flush();
    two.source.resync();
    await two.source.flush();
    expect(textOf(two.doc)).toBe("from one");
    await Promise.all([one.source.detach(), two.source.detach()]);
  });
});
