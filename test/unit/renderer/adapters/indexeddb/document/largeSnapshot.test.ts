import * as Y from "yjs";
import { describe, expect, it } from "vitest";
import { documentDigest } from "#shared/notebook/digest.ts";
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
import { largeNotebook } from "../../../../../support/largeNotebook.ts";

describe("IndexedDbDocSource with a large document", () => {
  it("stores it compactly in several rows, with what is typed meanwhile, and leaves it so", async () => {
    const room = newRoom();
    const { doc, source, until } = openRoom(room);
    await source.ready;
    Y.applyUpdate(doc, largeNotebook(1_500_000));
    let writes = 0;
    const stop = watchTransactions(({ mode }) => {
      if (mode === "readwrite" && writes++ % 2 === 0) type(doc, "typed meanwhile. ");
    });
    await source.flush();
    stop();
    doc.getText("text").delete(0, 6);
    await until(isHeld);
    await source.detach();
    const stored = [...(await rowsOf(room, "updates")).values()] as Uint8Array[];
    expect(stored.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...stored.map((row) => row.length))).toBeLessThan(700_000);
    const again = openRoom(room);
    await again.until(isHeld);
    expect(documentDigest(again.doc)).toBe(documentDigest(doc));
    type(again.doc, "one key more");
    await again.source.flush();
    await again.source.detach();
    // What is compact is not written anew for a key.
    expect((await rowsOf(room, "updates")).size).toBe(stored.length + 1);
    const read = await readWithStock(room);
    expect(documentDigest(read)).toBe(documentDigest(again.doc));
    expect(textOf(read)).toContain("typed meanwhile. ");
    // fake-indexeddb copies a megabyte slowly on a busy machine.
  }, 60_000);
});
