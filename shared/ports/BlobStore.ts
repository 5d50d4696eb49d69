import type { ContentHash } from "../base/ids.ts";
import { mib, type Bytes } from "../base/units.ts";

/** Largest blob accepted. An output or file above it is refused with a notice: it would stall a school network. */
export const BLOB_LIMIT: Bytes = mib(64);

/** Bytes by content hash: output bodies, images, files. What is read back always has the hash it was asked by. */
export interface BlobStore {
  /** Stores bytes and returns their hash. Resolves when they are stored here. @throws StorageError */
  put(bytes: Uint8Array): Promise<ContentHash>;
  /** The bytes, or undefined if they are not to be had here and now. Bytes that do not match their hash are dropped. */
  get(hash: ContentHash): Promise<Uint8Array | undefined>;
  has(hash: ContentHash): Promise<boolean>;
}
