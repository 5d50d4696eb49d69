// What is typed a moment before a page is left.

import { describe, expect, it, vi } from "vitest";
import {
  isHeld,
  newRoom,
  openRoom,
  readWithStock,
  rowsOf,
  textOf,
  type,
  watchTransactions,
} from "../../../support/diskRoom.ts";

describe("IndexedDbDocSource in a page that goes", () => {
  it("stores what is queued with nothing but one committed call, and again if the page stays", async () => {
    const room = newRoom();
    const { doc, source, page, until } = openRoom(room);
    await until(isHeld);
    type(doc, "typed");
    await until(isHeld);
    // From here on no timer rings, so that no batch is written: this page is frozen, or gone.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      type(doc, " at last");
      page.leave();
      expect(textOf(await readWithStock(room))).toBe("typed at last");
    } finally {
      vi.useRealTimers();
    }
    await source.flush();
    const again = openRoom(room);
    await again.until(isHeld);
    expect(textOf(again.doc)).toBe("typed at last");
    await Promise.all([source.detach(), again.source.detach()]);
    expect(page.listeners).toBe(0);
  });

  it("puts what was on its way before everything else", async () => {
    const room = newRoom();
    const { doc, source, page, until } = openRoom(room);
    await until(isHeld);
    type(doc, "on its way");
    const flushed = source.flush();
    const began = new Promise<void>((resolve) => {
      const stop = watchTransactions(({ mode }) => {
        if (mode !== "readwrite") return;
        stop();
        resolve();
      });
    });
    await began;
    page.leave();
    await flushed;
    // First by the call, without a checksum, in place of what was on its way; then again by the page that stayed.
    const [rows, sums] = [await rowsOf(room, "updates"), await rowsOf(room, "custom")];
    expect([...sums.keys()]).toEqual([["crc", [...rows.keys()][1]]]);
    expect(rows.size).toBe(2);
    expect(textOf(await readWithStock(room))).toBe("on its way");
    await source.detach();
  });
});
