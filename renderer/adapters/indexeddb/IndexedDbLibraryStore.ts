import { clearDocument } from "y-indexeddb";
import { RoomId } from "#shared/base/ids.ts";
import { isRecord, readNumber, readString } from "#shared/base/parse.ts";
import { unixMs } from "#shared/base/units.ts";
import type { LibraryEntry, LibraryStore } from "#shared/ports/LibraryStore.ts";
import { asRoomSecret, ROOM_SECRET_BYTES } from "#shared/rooms/roomKeys.ts";
import { leaveToTransaction, type DeviceDatabase } from "./DeviceDatabase.ts";
import { roomDatabaseName } from "./document/roomDatabase.ts";
import { storageError } from "./storageFailure.ts";

/** Longer titles are cut when they are made; this only keeps damage out. */
const TEXT_LIMIT = 10_000;

/** The shelf in the device's database; the documents it lists lie in one database per room. */
export class IndexedDbLibraryStore implements LibraryStore {
  readonly #database: DeviceDatabase;
  readonly #purgeHistory: (room: RoomId) => Promise<void>;

  /** `purgeHistory`: forgets the dated states of a purged notebook. */
  constructor(database: DeviceDatabase, purgeHistory: (room: RoomId) => Promise<void> = () => Promise.resolve()) {
    this.#database = database;
    this.#purgeHistory = purgeHistory;
  }

  async list(): Promise<readonly LibraryEntry[]> {
    const [stored, purges] = await this.#database.run((db) =>
      Promise.all([db.getAll("library"), db.getAllKeys("purges")]),
    );
    // A window closed in the middle of a purge: finish it, in nobody's way.
    for (const room of purges) void this.#deleteDocument(room).catch(() => undefined);
    return stored.map(readEntry).filter((entry) => entry !== undefined);
  }

  async put(entry: LibraryEntry): Promise<void> {
    await this.#database.run(async (db) => {
      const transaction = db.transaction("library", "readwrite", { durability: "strict" });
      // A slice: a view on a larger buffer would be stored with all of it.
      leaveToTransaction(transaction.store.put({ ...entry, secret: entry.secret.slice() }, entry.room));
      await transaction.done;
    });
  }

  async purge(room: RoomId): Promise<void> {
    // The intent first, in the same transaction: a document without an entry would never be found again.
    await this.#database.run(async (db) => {
      const transaction = db.transaction(["library", "purges"], "readwrite");
      leaveToTransaction(transaction.objectStore("library").delete(room));
      leaveToTransaction(transaction.objectStore("purges").put(1, room));
      await transaction.done;
    });
    await this.#deleteDocument(room);
  }

  async #deleteDocument(room: string): Promise<void> {
    const id = RoomId.parse(room);
    try {
      if (id !== undefined) await clearDocument(roomDatabaseName(id));
      if (id !== undefined) await this.#purgeHistory(id);
    } catch (error) {
      throw storageError(error);
    }
    await this.#database.run((db) => db.delete("purges", room));
  }
}

/** Undefined for an entry that cannot be read: it must not hide the others. */
function readEntry(value: unknown): LibraryEntry | undefined {
  if (!isRecord(value)) return undefined;
  const room = RoomId.parse(value["room"]);
  const title = readString(value["title"], TEXT_LIMIT);
  const secret = value["secret"];
  if (room === undefined || title === undefined) return undefined;
  if (!(secret instanceof Uint8Array) || secret.length !== ROOM_SECRET_BYTES) return undefined;
  return {
    room,
    title,
    secret: asRoomSecret(secret),
    host: readString(value["host"], TEXT_LIMIT),
    created: readTime(value["created"]) ?? unixMs(0),
    opened: readTime(value["opened"]) ?? unixMs(0),
    removed: readTime(value["removed"]),
    ...(value["keyless"] === true && { keyless: true }),
  };
}

function readTime(value: unknown): LibraryEntry["removed"] {
  const time = readNumber(value, 0, Number.MAX_SAFE_INTEGER);
  return time === undefined ? undefined : unixMs(time);
}
