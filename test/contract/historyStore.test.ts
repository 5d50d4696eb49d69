import "fake-indexeddb/auto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deleteDB, openDB } from "idb";
import { ClassicLevel } from "classic-level";
import { describe, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import type { RoomId, StateId } from "#shared/base/ids.ts";
import { LevelHistoryStore } from "../../broker/history/LevelHistoryStore.ts";
import { IndexedDbHistoryStore } from "../../renderer/adapters/indexeddb/IndexedDbHistoryStore.ts";
import { historyStoreCases, type HistoryStoreHarness } from "./historyStore.ts";

const memory: HistoryStoreHarness = {
  open: () => {
    const store = new MemoryHistoryStore();
    return Promise.resolve({ store: () => Promise.resolve(store), close: () => Promise.resolve() });
  },
};

/** The host's store; only one life at a time has the folder open. */
const level: HistoryStoreHarness = {
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "meshbook-history-"));
    let open: LevelHistoryStore | undefined;
    return {
      store: async () => {
        await open?.close();
        open = await LevelHistoryStore.open(folder, silentLogger);
        return open;
      },
      spoil: async (room: RoomId, state: StateId) => {
        await open?.close();
        open = undefined;
        const raw = new ClassicLevel<string, Uint8Array>(folder, { valueEncoding: "view" });
        const key = `content/${room}/${state}`;
        const record = (await raw.get(key))!;
        record[record.length - 1]! ^= 1;
        await raw.put(key, record);
        await raw.close();
      },
      close: async () => {
        await open?.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

let devices = 0;
/** The device's store, as one window after another opens it. */
const indexedDb: HistoryStoreHarness = {
  open: () => {
    const name = `test-history-${devices++}`;
    return Promise.resolve({
      store: () => Promise.resolve(new IndexedDbHistoryStore(name)),
      spoil: async (room: RoomId, state: StateId) => {
        const db = await openDB(name);
        const content = (await db.get("contents", [room, state])) as { bytes: Uint8Array };
        content.bytes[0]! ^= 1;
        await db.put("contents", content, [room, state]);
        db.close();
      },
      close: () => deleteDB(name),
    });
  },
};

const suites = {
  "IndexedDbHistoryStore keeps the contract of a HistoryStore: it": historyStoreCases(indexedDb),
  "MemoryHistoryStore keeps the contract of a HistoryStore: it": historyStoreCases(memory),
  "LevelHistoryStore keeps the contract of a HistoryStore: it": historyStoreCases(level),
};

for (const [suite, cases] of Object.entries(suites)) {
  describe(suite, () => {
    for (const { name, run } of cases) it(name, run);
  });
}
