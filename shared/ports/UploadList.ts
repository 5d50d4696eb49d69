import type { ContentHash, RoomId } from "../base/ids.ts";

/** Which blobs of a room its class host still has to be given. Outlives the window: a page may close before it is done. */
export interface UploadList {
  /** In the order they were added. @throws StorageError */
  list(room: RoomId): Promise<readonly ContentHash[]>;
  /** Of all rooms. @throws StorageError */
  all(): Promise<ReadonlySet<ContentHash>>;
  /** @throws StorageError */
  add(room: RoomId, hash: ContentHash): Promise<void>;
  /** @throws StorageError */
  remove(room: RoomId, hash: ContentHash): Promise<void>;
}
