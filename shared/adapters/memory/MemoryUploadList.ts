import type { ContentHash, RoomId } from "../../base/ids.ts";
import type { UploadList } from "../../ports/UploadList.ts";

/** Forgets with the process. */
export class MemoryUploadList implements UploadList {
  readonly #rooms = new Map<RoomId, Set<ContentHash>>();

  list(room: RoomId): Promise<readonly ContentHash[]> {
    return Promise.resolve([...(this.#rooms.get(room) ?? [])]);
  }

  all(): Promise<ReadonlySet<ContentHash>> {
    return Promise.resolve(new Set([...this.#rooms.values()].flatMap((hashes) => [...hashes])));
  }

  add(room: RoomId, hash: ContentHash): Promise<void> {
    const hashes = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, hashes.add(hash));
    return Promise.resolve();
  }

  remove(room: RoomId, hash: ContentHash): Promise<void> {
    this.#rooms.get(room)?.delete(hash);
    return Promise.resolve();
  }
}
