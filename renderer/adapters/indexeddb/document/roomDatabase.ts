// One database per room, laid out as y-indexeddb lays it out, so that a stock `IndexeddbPersistence` opens ours and we
// open its: store `updates` (automatic keys, one Yjs update per row) and store `custom`, which it leaves to the app.
// Ours in `custom`: ["crc", row key] → CRC-32 of the row; ["damaged", row key] → a row that was set aside; ["previous",
// row key] and ["previous-crc", row key] → the rows that the last compaction replaced, one generation of them;
// ["snapshot"] → the key of the last row of the snapshot, which is several rows where the document is large.

import { RoomId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { StorageBlockedError } from "../storageFailure.ts";

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
  const opening = open(name, { make: false });
  early.set(name, opening);
  // Whoever takes it is told.
  opening.catch(() => undefined);
  setTimeout(() => {
    if (early.get(name) !== opening) return;
    early.delete(name);
    opening.then((db) => db?.close()).catch(() => undefined);
  }, OPEN_TIMEOUT);
}

/** @throws StorageBlockedError when another tab is in the way, else what the browser says of its storage. */
export async function openRoomDatabase(name: string): Promise<IDBDatabase> {
  const opening = early.get(name);
  early.delete(name);
  const db = (await opening) ?? (await open(name, { make: true }));
  if (db === undefined) throw new Error("the browser made no database");
  return db;
}

/** Undefined if there is none and none is to be made. */
function open(name: string, { make }: { readonly make: boolean }): Promise<IDBDatabase | undefined> {
  return new Promise((resolve, reject) => {
    // Throws at once where storage is switched off; missing altogether in some private windows.
    const request = indexedDB.open(name);
    let waiting = true;
    let missing = false;
    const timer = setTimeout(() => {
      waiting = false;
      reject(new StorageBlockedError(`opening ${name} takes too long`));
    }, OPEN_TIMEOUT);
    request.onupgradeneeded = () => {
      if (make) {
        request.result.createObjectStore(UPDATES, { autoIncrement: true });
        request.result.createObjectStore(CUSTOM);
      } else {
        missing = true;
        request.transaction?.abort();
      }
    };
    request.onerror = () => {
      clearTimeout(timer);
      if (missing) resolve(undefined);
      else reject(request.error ?? new Error("opening failed without a reason"));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const db = request.result;
      // Until somebody takes it: holding on would only block whoever deletes it.
      db.onversionchange = () => db.close();
      // Given up meanwhile: nobody would ever close it.
      if (waiting) resolve(db);
      else db.close();
    };
  });
}
