import type { RoomId } from "../../base/ids.ts";
import type { LibraryEntry, LibraryStore } from "../../ports/LibraryStore.ts";

/** A shelf until the process ends. Notebooks themselves are stored elsewhere, or not at all. */
export class MemoryLibraryStore implements LibraryStore {
  readonly #entries = new Map<RoomId, LibraryEntry>();

  list(): Promise<readonly LibraryEntry[]> {
    return Promise.resolve([...this.#entries.values()]);
  }

  put(entry: LibraryEntry): Promise<void> {
    this.#entries.set(entry.room, { ...entry });
    return Promise.resolve();
  }

  purge(room: RoomId): Promise<void> {
    this.#entries.delete(room);
    return Promise.resolve();
  }
}
