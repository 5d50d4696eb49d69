import { hashAside } from "#shared/base/hash.ts";
import { ContentHash } from "#shared/base/ids.ts";
import { isRecord, readNumber } from "#shared/base/parse.ts";
import { bytes, ms, unixMs, type Bytes } from "#shared/base/units.ts";
import { checkBlobSize, type BlobStore } from "#shared/ports/BlobStore.ts";
import type { CollectableBlobs, HeldBlob, Unreferenced } from "#shared/ports/CollectableBlobs.ts";
import { leaveToTransaction, type DeviceDatabase } from "./DeviceDatabase.ts";

/**
 * Beside a blob lies what was noted of it, under its hash behind this word: in one store with it, so that both change in
 * one transaction. (A store of its own would need a new version of the database, which tabs with older code cannot open.)
 */
const NOTE = "unreferenced/";
/** Every key that begins with `NOTE`; `0` is the character after `/`. */
const NOTES_END = "unreferenced0";

/** Blobs of all rooms of this device, by hash: what two notebooks share is stored once. */
export class IndexedDbBlobStore implements BlobStore, CollectableBlobs {
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
      leaveToTransaction(transaction.store.delete(NOTE + hash));
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

  list(): Promise<readonly HeldBlob[]> {
    const range = IDBKeyRange.bound(NOTE, NOTES_END, false, true);
    return this.#database.run(async (db) => {
      const { store } = db.transaction("blobs");
      const [keys, noted, notes] = await Promise.all([
        store.getAllKeys(),
        store.getAllKeys(range),
        store.getAll(range),
      ]);
      const byKey = new Map(noted.map((key, index) => [key, readNote(notes[index])]));
      return keys.flatMap((key) => {
        const hash = ContentHash.parse(key);
        return hash === undefined ? [] : [{ hash, used: undefined, unreferenced: byKey.get(NOTE + hash) }];
      });
    });
  }

  async note(notes: ReadonlyMap<ContentHash, Unreferenced | undefined>): Promise<void> {
    await this.#database.run(async (db) => {
      const transaction = db.transaction("blobs", "readwrite");
      for (const [hash, note] of notes) {
        const request =
          note === undefined ? transaction.store.delete(NOTE + hash) : transaction.store.put(note, NOTE + hash);
        leaveToTransaction(request);
      }
      await transaction.done;
    });
  }

  remove({ hash, unreferenced }: HeldBlob): Promise<Bytes | undefined> {
    return this.#database.run(async (db) => {
      const transaction = db.transaction("blobs", "readwrite");
      const { store } = transaction;
      const [content, note] = await Promise.all([store.get(hash), store.get(NOTE + hash)]);
      // Stored again, the note went with it.
      if (content === undefined || !sameNote(readNote(note), unreferenced)) return undefined;
      leaveToTransaction(store.delete(hash));
      leaveToTransaction(store.delete(NOTE + hash));
      await transaction.done;
      return bytes(content instanceof Uint8Array ? content.byteLength : 0);
    });
  }
}

/** Undefined for one that cannot be read: the blob's time begins anew. */
function readNote(value: unknown): Unreferenced | undefined {
  if (!isRecord(value)) return undefined;
  const seen = readNumber(value["seen"], 0, Number.MAX_SAFE_INTEGER);
  const waited = readNumber(value["waited"], 0, Number.MAX_SAFE_INTEGER);
  return seen === undefined || waited === undefined ? undefined : { seen: unixMs(seen), waited: ms(waited) };
}

function sameNote(one: Unreferenced | undefined, other: Unreferenced | undefined): boolean {
  return one?.seen === other?.seen && one?.waited === other?.waited;
}
