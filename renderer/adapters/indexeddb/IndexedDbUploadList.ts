import { ContentHash, type RoomId } from "#shared/base/ids.ts";
import type { UploadList } from "#shared/ports/UploadList.ts";
import type { DeviceDatabase } from "./DeviceDatabase.ts";

export class IndexedDbUploadList implements UploadList {
  readonly #database: DeviceDatabase;

  constructor(database: DeviceDatabase) {
    this.#database = database;
  }

  list(room: RoomId): Promise<readonly ContentHash[]> {
    return this.#database.run(async (db) => {
      const range = IDBKeyRange.bound([room, ""], [room, "\uffff"]);
      const [keys, added] = await Promise.all([db.getAllKeys("uploads", range), db.getAll("uploads", range)]);
      const inOrder = keys.map(([, hash], index) => ({ hash: ContentHash.parse(hash), at: added[index] ?? 0 }));
      return inOrder.sort((one, other) => one.at - other.at).flatMap(({ hash }) => hash ?? []);
    });
  }

  async all(): Promise<ReadonlySet<ContentHash>> {
    const keys = await this.#database.run((db) => db.getAllKeys("uploads"));
    return new Set(keys.flatMap(([, hash]) => ContentHash.parse(hash) ?? []));
  }

  async add(room: RoomId, hash: ContentHash): Promise<void> {
    await this.#database.run((db) => db.put("uploads", Date.now(), [room, hash]));
  }

  async remove(room: RoomId, hash: ContentHash): Promise<void> {
    await this.#database.run((db) => db.delete("uploads", [room, hash]));
  }
}
