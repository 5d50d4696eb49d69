import type { RoomId } from "../base/ids.ts";
import type { UnixMs } from "../base/units.ts";
import type { RoomSecret } from "../rooms/roomKeys.ts";

/** A notebook this device knows. The document itself lives in its room's storage; this is the entry on the shelf. */
export interface LibraryEntry {
  readonly room: RoomId;
  readonly secret: RoomSecret;
  /** Last title seen, to list notebooks without opening them. */
  readonly title: string;
  /** Class host the notebook is shared through; undefined while it lives on this device only. */
  readonly host: string | undefined;
  readonly created: UnixMs;
  readonly opened: UnixMs;
  /** When it was removed from the shelf. Removed entries can be put back until they are purged. */
  readonly removed: UnixMs | undefined;
  /**
   * The notebook came by a file without its key, so `secret` is one made here in its place: a real one, from a link or
   * another file, takes it.
   */
  readonly keyless?: true | undefined;
}

/** The shelf of notebooks on this device. */
export interface LibraryStore {
  /** All entries, removed ones included. @throws StorageError */
  list(): Promise<readonly LibraryEntry[]>;
  /** Resolves when stored. @throws StorageError */
  put(entry: LibraryEntry): Promise<void>;
  /** Forgets the entry and deletes the notebook's storage on this device. @throws StorageError */
  purge(room: RoomId): Promise<void>;
}
