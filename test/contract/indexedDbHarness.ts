// IndexedDB as the DocSource suite sees it. Uses the global `indexedDB` only, so that it runs in Node and in a page.

import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { IndexedDbDocSource } from "../../renderer/adapters/indexeddb/document/IndexedDbDocSource.ts";
import type { PageLifecycle } from "../../renderer/adapters/page/pageLifecycle.ts";
import type { DocSourceHarness, DocSourcePlace } from "./docSourceHarness.ts";

export function indexedDbHarness(page?: PageLifecycle): DocSourceHarness {
  return {
    name: "IndexedDbDocSource",
    stores: true,
    live: false,
    presence: false,
    damages: true,
    // Reopening, and storage that is away, are in test/faults: disk replicas do not hear one another.
    cuts: false,
    open: () => Promise.resolve(openPlace(RoomId.create(), page)),
  };
}

function openPlace(room: RoomId, page: PageLifecycle | undefined): DocSourcePlace {
  const name = roomDatabaseName(room);
  return {
    source: () => new IndexedDbDocSource(room, page),
    stored: async () => {
      const rows = await withRows(name, "readonly", (store) => store.getAll() as IDBRequest<Uint8Array[]>);
      return rows.length === 0 ? new Uint8Array([0, 0]) : Y.mergeUpdates(rows);
    },
    damage: async () => {
      await withRows(name, "readwrite", (store) => store.add(new Uint8Array([9, 9, 9, 9])));
      await withRows(name, "readwrite", (store) => store.add("no bytes at all"));
    },
    close: () => withRequest(indexedDB.deleteDatabase(name)).then(() => undefined),
  };
}

async function withRows<T>(
  name: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const open = indexedDB.open(name);
  open.onupgradeneeded = () => {
    open.result.createObjectStore("updates", { autoIncrement: true });
    open.result.createObjectStore("custom");
  };
  const db = await withRequest(open);
  try {
    return await withRequest(ask(db.transaction("updates", mode).objectStore("updates")));
  } finally {
    db.close();
  }
}

function withRequest<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no reason given"));
  });
}
