import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import type { RoomId } from "#shared/base/ids.ts";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { failWrites, isHeld, newRoom, openRoom, rowsOf, watchConnections, type OpenRoom } from "../support/diskRoom.ts";
import { checkProperty, LONG } from "../support/property.ts";

/** A compaction takes five hundred transactions (milliseconds). */
const PATIENCE = LONG ? 900_000 : 60_000;

/** What happens to a room that two tabs of one browser have open. */
type Event =
  | { readonly type: "insert" | "delete" | "flush" | "resync" | "reopen"; readonly tab: 0 | 1; readonly at: number }
  /** As many stored edits as bring a compaction about. */
  | { readonly type: "compact"; readonly tab: 0 | 1; readonly at: number }
  /** Writes fail until the next `heal`. */
  | { readonly type: "fail"; readonly how: "quota" | "aborts" | "throws" }
  /** The browser closes every connection; with `erase`, another tab deleted the database. */
  | { readonly type: "heal" | "close" | "erase" };

const tab = fc.constantFrom<0 | 1>(0, 1);
const at = fc.nat(1_000);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant("insert" as const), tab, at }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("delete" as const), tab, at }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom("flush" as const, "resync" as const), tab, at }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("reopen" as const), tab, at }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("compact" as const), tab, at }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("fail" as const), how: fc.constantFrom("quota", "aborts", "throws") }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom("heal" as const, "close" as const, "erase" as const) }) },
);

class Browser {
  readonly room: RoomId = newRoom();
  readonly tabs: [OpenRoom, OpenRoom] = [openRoom(this.room), openRoom(this.room)];
  readonly #connections = watchConnections();
  #stopFaults: () => void = () => undefined;
  #next = 0;

  async apply(event: Event): Promise<void> {
    switch (event.type) {
      case "insert":
        this.#insert(event.tab, event.at);
        break;
      case "delete":
        this.#delete(event.tab, event.at);
        break;
      case "flush":
        await this.tabs[event.tab].source.flush();
        break;
      case "resync":
        this.tabs[event.tab].source.resync();
        break;
      case "compact":
        for (let count = 0; count < 510; count++) {
          this.#insert(event.tab, event.at);
          await this.tabs[event.tab].source.flush();
        }
        break;
      case "reopen":
        await this.#reopen(event.tab);
        break;
      case "fail":
        this.#stopFaults();
        this.#stopFaults = failWrites(event.how).stop;
        break;
      case "heal":
        this.#stopFaults();
        break;
      case "close":
        this.#connections.closeAll();
        break;
      case "erase":
        await new Promise((resolve) => {
          indexedDB.deleteDatabase(roomDatabaseName(this.room)).onsuccess = resolve;
        });
    }
  }

  /** The document as it lies in the database, with nothing else known. */
  async stored(): Promise<Y.Doc> {
    const doc = new Y.Doc();
    for (const row of (await rowsOf(this.room, "updates")).values()) Y.applyUpdate(doc, row as Uint8Array);
    return doc;
  }

  async heal(): Promise<void> {
    this.#stopFaults();
    for (const open of this.tabs) {
      await open.source.flush();
      await open.until(isHeld);
    }
  }

  async close(): Promise<void> {
    this.#stopFaults();
    for (const open of this.tabs) await open.source.detach();
    this.#connections.stop();
  }

  #insert(tab: 0 | 1, at: number): void {
    const text = this.tabs[tab].doc.getText("text");
    text.insert(at % (text.length + 1), `[${tab}.${this.#next++}]`);
  }

  #delete(tab: 0 | 1, at: number): void {
    const text = this.tabs[tab].doc.getText("text");
    if (text.length > 0) text.delete(at % text.length, 1);
  }

  /** Closing while storage refuses everything is the one loss that there can be, and the user was told. */
  async #reopen(tab: 0 | 1): Promise<void> {
    const { source, statuses } = this.tabs[tab];
    await source.flush();
    const last = statuses.at(-1);
    if (last === undefined || !isHeld(last)) return;
    await source.detach();
    this.tabs[tab] = openRoom(this.room);
    await this.tabs[tab].source.ready;
  }
}

/** True if everything in `doc`, deletions included, is in `stored`. */
function holds(stored: Y.Doc, doc: Y.Doc): boolean {
  const both = new Y.Doc();
  Y.applyUpdate(both, Y.encodeStateAsUpdate(stored));
  Y.applyUpdate(both, Y.encodeStateAsUpdate(doc));
  return Y.equalSnapshots(Y.snapshot(stored), Y.snapshot(both));
}

describe("IndexedDbDocSource through faults of every kind", () => {
  it(
    "says held only of what is stored, throws into no edit, and loses nothing",
    async () => {
      await checkProperty(
        "disk storage",
        15,
        fc.asyncProperty(fc.array(anyEvent, { minLength: 5, maxLength: 40 }), async (events) => {
          const browser = new Browser();
          try {
            for (const event of events) {
              await browser.apply(event);
              // In one turn: what was said, and of which document. The rows are read after it.
              const said = browser.tabs.map(({ doc, statuses }) => {
                const last = statuses.at(-1);
                const copy = new Y.Doc();
                Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
                return { held: last !== undefined && isHeld(last), copy };
              });
              const stored = await browser.stored();
              for (const { held, copy } of said) if (held) expect(holds(stored, copy)).toBe(true);
            }
            await browser.heal();
            const stored = await browser.stored();
            for (const { doc } of browser.tabs) expect(holds(stored, doc)).toBe(true);
          } finally {
            await browser.close();
          }
        }),
      );
    },
    PATIENCE,
  );
});
