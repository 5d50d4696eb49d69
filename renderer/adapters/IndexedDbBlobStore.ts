import { hashAside } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { checkBlobSize, type BlobStore } from "#shared/ports/BlobStore.ts";
import { leaveToTransaction, type DeviceDatabase } from "./indexeddb/DeviceDatabase.ts";

/** Blobs of all rooms of this device, by hash: what two notebooks share is stored once. */
export class IndexedDbBlobStore implements BlobStore {
  readonly #database: DeviceDatabase;

  constructor(database: DeviceDatabase) {
    this.#database = database;
  }

  async put(content: Uint8Array): Promise<ContentHash> {
    checkBlobSize(content);
    // A copy: the caller's buffer may be larger, or change before it is stored.
    const copy = content.slice();
    const hash = await hashAside(copy);
    await this.#database.run(async (db) => {
      const transaction = db.transaction("blobs", "readwrite");
      leaveToTransaction(transaction.store.put(copy, hash));
      await transaction.done;
    });
    return hash;
  }

  async get(hash: ContentHash): Promise<Uint8Array | undefined> {
    const found = await this.#database.run((db) => db.get("blobs", hash));
    if (found === undefined) return undefined;
    if (found instanceof Uint8Array && (await hashAside(found)) === hash) return found;
    // Damaged: make room for the right bytes, which a peer may have.
    await this.#database.run((db) => db.delete("blobs", hash));
    return undefined;
  }

  has(hash: ContentHash): Promise<boolean> {
    return this.#database.run(async (db) => (await db.count("blobs", hash)) > 0);
  }
}
