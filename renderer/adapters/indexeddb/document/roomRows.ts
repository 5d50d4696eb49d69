// Reading, adding and removing rows of a room's database, each in one transaction that has completed when we say so.

import * as Y from "yjs";
import { crc32 } from "#shared/base/crc32.ts";
import { transactFrom } from "#shared/notebook/applyFrom.ts";
import { CUSTOM, UPDATES } from "./roomDatabase.ts";
import { abortWrites, inTransaction, type Durability } from "../transaction.ts";

export interface Row {
  readonly key: IDBValidKey;
  readonly value: unknown;
  /** CRC-32 as stored beside the row; undefined for rows that a stock y-indexeddb wrote. */
  readonly checksum: unknown;
}

const BOTH = [UPDATES, CUSTOM] as const;
/** In `custom`: key of the last row of the last snapshot. */
const SNAPSHOT = ["snapshot"];

/** All rows from key `first` on, in the order they were added. @throws DOMException */
export function readRows(db: IDBDatabase, first: number): Promise<readonly Row[]> {
  const range = IDBKeyRange.lowerBound(first);
  const sumRange = IDBKeyRange.bound(["crc", first], ["crc", Infinity]);
  return inTransaction(db, { stores: BOTH, mode: "readonly" }, (store) => {
    const keys = store(UPDATES).getAllKeys(range);
    const values = store(UPDATES).getAll(range);
    const sumKeys = store(CUSTOM).getAllKeys(sumRange);
    const sums = store(CUSTOM).getAll(sumRange);
    return () => {
      const byKey = new Map<unknown, unknown>();
      sumKeys.result.forEach((key, index) => {
        if (Array.isArray(key)) byKey.set(key[1], sums.result[index]);
      });
      return keys.result.map((key, index) => {
        const value: unknown = values.result[index];
        return { key, value, checksum: byKey.get(key) };
      });
    };
  });
}

/**
 * Applies rows in one transaction of the document and gives back those that are damaged. A row with a wrong checksum is
 * never applied: Yjs would read many a flipped bit as different text.
 */
export function applyRows(doc: Y.Doc, rows: readonly Row[], origin: unknown): readonly Row[] {
  const damaged: Row[] = [];
  transactFrom(doc, origin, () => {
    for (const row of rows) {
      if (!applyRow(doc, row)) damaged.push(row);
    }
  });
  return damaged;
}

function applyRow(doc: Y.Doc, { value, checksum }: Row): boolean {
  if (!(value instanceof Uint8Array)) return false;
  if (checksum !== undefined && checksum !== crc32(value)) return false;
  try {
    // Without a checksum, at least read it through before the document is touched.
    if (checksum === undefined) Y.decodeUpdate(value);
    Y.applyUpdate(doc, value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Adds rows with their checksums; gives the key of the last. `endsSnapshot`: it is the last row of a snapshot.
 * @throws DOMException
 */
export function addRows(
  db: IDBDatabase,
  rows: readonly Uint8Array[],
  durability: Durability,
  endsSnapshot = false,
): Promise<IDBValidKey> {
  return inTransaction(db, { stores: BOTH, mode: "readwrite", durability }, (store) => {
    let last: IDBValidKey = 0;
    for (const row of rows) {
      const request = store(UPDATES).add(row);
      request.onsuccess = () => {
        last = request.result;
        store(CUSTOM).put(crc32(row), ["crc", last]);
        if (endsSnapshot) store(CUSTOM).put(last, SNAPSHOT);
      };
    }
    return () => last;
  });
}

/**
 * Adds rows for a page that goes: within this call, since no callback of such a page runs any more. A checksum would need
 * the key that comes in one, so these rows have none, like those of a stock y-indexeddb. Nobody hears how it ended. What
 * is being written meanwhile is aborted.
 * @throws DOMException
 */
export function addLastRows(db: IDBDatabase, rows: readonly Uint8Array[]): void {
  abortWrites(db);
  const transaction = db.transaction(UPDATES, "readwrite", { durability: "relaxed" });
  for (const row of rows) transaction.objectStore(UPDATES).add(row);
  transaction.commit();
}

/** Key of the last row of the last snapshot; undefined if none was made. @throws DOMException */
export async function readSnapshotEnd(db: IDBDatabase): Promise<number | undefined> {
  const end = await inTransaction<unknown>(db, { stores: [CUSTOM], mode: "readonly" }, (store) => {
    const request: IDBRequest<unknown> = store(CUSTOM).get(SNAPSHOT);
    return () => request.result;
  });
  return typeof end === "number" ? end : undefined;
}

/** True if the row under `key` reads back exactly as `row`. @throws DOMException */
export async function holdsRow(db: IDBDatabase, key: IDBValidKey, row: Uint8Array): Promise<boolean> {
  const stored = await inTransaction<unknown>(db, { stores: [UPDATES], mode: "readonly" }, (store) => {
    const request: IDBRequest<unknown> = store(UPDATES).get(key);
    return () => request.result;
  });
  if (!(stored instanceof Uint8Array) || stored.length !== row.length) return false;
  for (let index = 0; index < row.length; index++) if (stored[index] !== row[index]) return false;
  return true;
}

/** Deletes the rows below `key` with their checksums, and the generation before. @throws DOMException */
export function deleteRowsBelow(db: IDBDatabase, key: number): Promise<void> {
  return inTransaction(db, { stores: BOTH, mode: "readwrite", durability: "strict" }, (store) => {
    store(UPDATES).delete(IDBKeyRange.upperBound(key, true));
    store(CUSTOM).delete(IDBKeyRange.bound(["crc"], ["crc", key], false, true));
    dropGeneration(store(CUSTOM));
    return () => undefined;
  });
}

/**
 * Moves the rows below `key` to ["previous", key], in place of the generation before: should the snapshot that replaced
 * them turn out damaged, they are there. @throws DOMException when there is no room for both generations
 */
export function keepGenerationBelow(db: IDBDatabase, key: number): Promise<void> {
  const below = IDBKeyRange.upperBound(key, true);
  return inTransaction(db, { stores: BOTH, mode: "readwrite", durability: "strict" }, (store) => {
    dropGeneration(store(CUSTOM));
    const sums = store(CUSTOM).openCursor(IDBKeyRange.bound(["crc"], ["crc", key], false, true));
    sums.onsuccess = () => {
      const cursor = sums.result;
      if (cursor === null) return;
      if (Array.isArray(cursor.key)) store(CUSTOM).put(cursor.value, ["previous-crc", Number(cursor.key[1])]);
      cursor.delete();
      cursor.continue();
    };
    const rows = store(UPDATES).openCursor(below);
    rows.onsuccess = () => {
      const cursor = rows.result;
      if (cursor === null) return;
      store(CUSTOM).put(cursor.value, ["previous", Number(cursor.key)]);
      cursor.delete();
      cursor.continue();
    };
    return () => undefined;
  });
}

/** The rows that the last compaction replaced. @throws DOMException */
export function readGeneration(db: IDBDatabase): Promise<readonly Row[]> {
  return inTransaction(db, { stores: [CUSTOM], mode: "readonly" }, (store) => {
    const keys = store(CUSTOM).getAllKeys(within("previous"));
    const values = store(CUSTOM).getAll(within("previous"));
    const sumKeys = store(CUSTOM).getAllKeys(within("previous-crc"));
    const sums = store(CUSTOM).getAll(within("previous-crc"));
    return () => {
      const byKey = new Map<unknown, unknown>();
      sumKeys.result.forEach((key, index) => byKey.set(numberIn(key), sums.result[index]));
      return keys.result.map((key, index) => {
        const value: unknown = values.result[index];
        return { key, value, checksum: byKey.get(numberIn(key)) };
      });
    };
  });
}

const within = (name: string): IDBKeyRange => IDBKeyRange.bound([name, 0], [name, Infinity]);

const numberIn = (key: IDBValidKey): unknown => (Array.isArray(key) ? key[1] : undefined);

function dropGeneration(custom: IDBObjectStore): void {
  custom.delete(within("previous"));
  custom.delete(within("previous-crc"));
}

/** Moves damaged rows to ["damaged", key]: out of y-indexeddb's way, and kept for rescue. @throws DOMException */
export function setAside(db: IDBDatabase, rows: readonly Row[]): Promise<void> {
  return inTransaction(db, { stores: BOTH, mode: "readwrite", durability: "strict" }, (store) => {
    for (const { key, value } of rows) {
      store(CUSTOM).put(value, ["damaged", key]);
      store(CUSTOM).delete(["crc", key]);
      store(UPDATES).delete(key);
    }
    return () => undefined;
  });
}

/** Whether any row was set aside. @throws DOMException */
export function hasDamaged(db: IDBDatabase): Promise<boolean> {
  return inTransaction(db, { stores: [CUSTOM], mode: "readonly" }, (store) => {
    const count = store(CUSTOM).count(within("damaged"));
    return () => count.result > 0;
  });
}

/** Makes what was stored before last through a power loss: a strict write takes the earlier ones of its log along. */
export function harden(db: IDBDatabase): Promise<void> {
  return inTransaction(db, { stores: [CUSTOM], mode: "readwrite", durability: "strict" }, (store) => {
    store(CUSTOM).put(1, ["hardened"]);
    return () => undefined;
  });
}
