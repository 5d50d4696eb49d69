// One database per room, laid out as y-indexeddb lays it out, so that a stock `IndexeddbPersistence` opens ours and we
// open its: store `updates` (automatic keys, one Yjs update per row) and store `custom`, which it leaves to the app.
// Ours in `custom`: ["crc", row key] → CRC-32 of the row; ["damaged", row key] → a row that was set aside; ["previous",
// row key] and ["previous-crc", row key] → the rows that the last compaction replaced, one generation of them;
// ["snapshot"] → the key of the last row of the snapshot, which is several rows where the document is large.

import { RoomId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { StorageBlockedError } from "./storageFailure.ts";

export const UPDATES = "updates";
export const CUSTOM = "custom";

/** Another tab that deletes the database may hold ours up: well above what a slow disk takes, then the user is told. */
const OPEN_TIMEOUT: Milliseconds = seconds(8);

const PREFIX = "meshbook-room-";

export const roomDatabaseName = (room: RoomId): string => `${PREFIX}${room}`;

/** The room whose database has this name; undefined if it is none of ours. */
export const roomOfDatabase = (name: string): RoomId | undefined =>
  name.startsWith(PREFIX) ? RoomId.parse(name.slice(PREFIX.length)) : undefined;

/** Connections that wait for `openRoomDatabase`; undefined where there was no database. */
const early = new Map<string, Promise<IDBDatabase | undefined>>();

/**
 * Begins to open the database of a room that will most likely be opened: the browser does it while the page starts. Makes
 * none that is not there, since an address may name any room. What nobody takes is closed.
 */
export function openRoomEarly(room: RoomId): void {
  const name = roomDatabaseName(room);
  const opening = openExisting(name);
  early.set(name, opening);
  setTimeout(() => {
    if (early.get(name) !== opening) return;
    early.delete(name);
    void opening.then((db) => db?.close());
  }, OPEN_TIMEOUT);
}

function openExisting(name: string): Promise<IDBDatabase | undefined> {
  return new Promise<IDBDatabase | undefined>((resolve) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = () => resolve(undefined);
    request.onsuccess = () => {
      const db = request.result;
      db.onversionchange = () => db.close();
      resolve(db);
    };
  }).catch(() => undefined);
}

/** @throws StorageBlockedError when another tab is in the way, else what the browser says of its storage. */
export async function openRoomDatabase(name: string): Promise<IDBDatabase> {
  const opened = early.get(name);
  early.delete(name);
  return (await opened) ?? openOrCreate(name);
}

function openOrCreate(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Throws at once where storage is switched off; missing altogether in some private windows.
    const request = indexedDB.open(name);
    let waiting = true;
    const timer = setTimeout(() => {
      waiting = false;
      reject(new StorageBlockedError(`opening ${name} takes too long`));
    }, OPEN_TIMEOUT);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(UPDATES, { autoIncrement: true });
      request.result.createObjectStore(CUSTOM);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error("opening failed without a reason"));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      // Given up meanwhile: nobody would ever close it.
      if (waiting) resolve(request.result);
      else request.result.close();
    };
  });
}
