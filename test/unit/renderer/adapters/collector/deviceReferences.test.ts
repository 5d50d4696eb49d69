import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { unixMs } from "#shared/base/units.ts";
import { HistoryKeeper } from "#shared/history/HistoryKeeper.ts";
import { DEVICE_LIMITS } from "#shared/history/thinOut.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { deviceReferences } from "../../../../../renderer/adapters/collector/deviceReferences.ts";
import { newRoom, onDatabase } from "../../../../support/diskRoom.ts";

let history: MemoryHistoryStore;
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  history = new MemoryHistoryStore();
});

function notebook(name: string): Y.Doc {
  const doc = new Y.Doc();
  notebookRoots(doc).meta.set("schema", 1);
  notebookRoots(doc).files.set(name, { hash: contentHashOfText(name) });
  return doc;
}

const store = (room = newRoom(), ...updates: readonly Uint8Array[]): Promise<void> =>
  onDatabase(room, "updates", "readwrite", (rows) => {
    for (const update of updates) rows.add(update);
    return () => undefined;
  });
const stateOf = (doc: Y.Doc): Uint8Array => Y.encodeStateAsUpdate(doc);
const names = async (): Promise<readonly string[] | undefined> => {
  const found = await deviceReferences(history);
  return found && [...found].sort();
};
const hashes = (...texts: readonly string[]): readonly string[] => texts.map(contentHashOfText).sort();

describe("deviceReferences", () => {
  it("are those of all notebooks stored here, and of nothing else", async () => {
    await new Promise<void>((resolve) => {
      const request = indexedDB.open("somebody-else");
      request.onsuccess = () => resolve(request.result.close());
    });
    expect(await names()).toEqual([]);
    await store(newRoom(), stateOf(notebook("one")));
    await store(newRoom(), stateOf(notebook("two")), stateOf(notebook("three")));
    await store(newRoom());
    expect(await names()).toEqual(hashes("one", "two", "three"));
  });

  it("are unknown when a notebook cannot be read, waits for a part, had one set aside, or is for newer code", async () => {
    const broken = [
      () => store(newRoom(), new Uint8Array([9, 9, 9])),
      async () => {
        const doc = notebook("first");
        const before = Y.encodeStateVector(doc);
        notebookRoots(doc).files.set("second", 1);
        await store(newRoom(), Y.encodeStateAsUpdate(doc, before));
      },
      async () => {
        const room = newRoom();
        await store(room, stateOf(notebook("whole")));
        await onDatabase(room, "custom", "readwrite", (rows) => {
          rows.put(new Uint8Array(1), ["damaged", 7]);
          return () => undefined;
        });
      },
      async () => {
        const doc = notebook("newer");
        notebookRoots(doc).meta.set("minReader", 99);
        await store(newRoom(), stateOf(doc));
      },
    ];
    for (const breakOne of broken) {
      globalThis.indexedDB = new IDBFactory();
      await store(newRoom(), stateOf(notebook("one")));
      await breakOne();
      expect(await names()).toBeUndefined();
    }
  });

  it("hold those of named versions, and are unknown when one cannot be read", async () => {
    const [room, doc] = [newRoom(), notebook("then")];
    const keeper = new HistoryKeeper({
      ...{ room, store: history, deflater: streamDeflater, limits: DEVICE_LIMITS },
      ...{ clock: systemClock, logger: silentLogger },
    });
    keeper.watch(doc);
    const kept = await keeper.keep("version");
    if (!kept.ok) throw new Error(kept.error);
    notebookRoots(doc).files.delete("then");
    await store(room, stateOf(doc));
    expect(await names()).toEqual([]);
    await keeper.label(kept.value.id, { name: "Handed in", by: "Ana", at: unixMs(0) });
    expect(await names()).toEqual(hashes("then"));
    keeper.stop();
    history.read = () => Promise.resolve(undefined);
    expect(await names()).toBeUndefined();
  });
});
