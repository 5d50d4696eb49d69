// What this device keeps beside documents, as the contract suites open it. Uses globals that Node (with fake-indexeddb)
// and a page both have.

import type { ContentHash } from "#shared/base/ids.ts";
import { type RoomId } from "#shared/base/ids.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { MemoryLibraryStore } from "#shared/adapters/memory/MemoryLibraryStore.ts";
import { DeviceDatabase } from "../../renderer/adapters/indexeddb/DeviceDatabase.ts";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { IndexedDbBlobStore } from "../../renderer/adapters/indexeddb/IndexedDbBlobStore.ts";
import { IndexedDbLibraryStore } from "../../renderer/adapters/indexeddb/IndexedDbLibraryStore.ts";
import type { BlobStoreHarness } from "../contract/blobStore.ts";
import type { CollectableHarness } from "../contract/collectableBlobs.ts";
import type { LibraryStoreHarness } from "../contract/libraryStore.ts";

let devices = 0;

/** A device without anything on it. */
export function newDevice(): { readonly name: string; remove(): Promise<void> } {
  const name = `test-device-${Date.now()}-${devices++}`;
  const remove = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error ?? new Error("no reason given"));
    });
  return { name, remove };
}

export const memoryBlobs: BlobStoreHarness = {
  open: () => {
    const store = new MemoryBlobStore();
    return Promise.resolve({ store: () => store, close: () => Promise.resolve() });
  },
};

export const indexedDbBlobs: BlobStoreHarness = {
  open: () => {
    const device = newDevice();
    return Promise.resolve({
      store: () => new IndexedDbBlobStore(new DeviceDatabase(device.name)),
      spoil: async (hash: ContentHash) => {
        await new DeviceDatabase(device.name).run((db) => db.put("blobs", new Uint8Array([6, 6, 6]), hash));
      },
      close: () => device.remove(),
    });
  },
};

export const memoryCollectable: CollectableHarness = {
  open: () => {
    const store = new MemoryBlobStore();
    return Promise.resolve({
      open: () => store,
      put: (text) => store.put(new TextEncoder().encode(text)),
      has: (hash) => store.has(hash),
      close: () => Promise.resolve(),
    });
  },
};

export const indexedDbCollectable: CollectableHarness = {
  open: () => {
    const device = newDevice();
    const open = (): IndexedDbBlobStore => new IndexedDbBlobStore(new DeviceDatabase(device.name));
    return Promise.resolve({
      open,
      put: (text) => open().put(new TextEncoder().encode(text)),
      has: (hash) => open().has(hash),
      close: () => device.remove(),
    });
  },
};

export const memoryLibrary: LibraryStoreHarness = {
  open: () => {
    const store = new MemoryLibraryStore();
    return Promise.resolve({ store: () => store, close: () => Promise.resolve() });
  },
};

export const indexedDbLibrary: LibraryStoreHarness = {
  open: () => {
    const device = newDevice();
    return Promise.resolve({
      store: () => new IndexedDbLibraryStore(new DeviceDatabase(device.name)),
      storeDocument: (room: RoomId) =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open(roomDatabaseName(room));
          request.onsuccess = () => resolve(request.result.close());
        }),
      hasDocument: async (room: RoomId) => {
        const names = (await indexedDB.databases()).map((database) => database.name);
        return names.includes(roomDatabaseName(room));
      },
      close: () => device.remove(),
    });
  },
};
