import { BadInputError } from "../base/errors.ts";
import type { ContentHash } from "../base/ids.ts";
import { formatBytes, mib, type Bytes } from "../base/units.ts";

/** Largest blob accepted. An output or file above it is refused with a notice: it would stall a school network. */
export const BLOB_LIMIT: Bytes = mib(64);

/** Bytes by content hash: output bodies, images, files. What is read back always has the hash it was asked by. */
export interface BlobStore {
  /**
   * Stores bytes and returns their hash. Resolves when they are stored here. Storing what is there already does nothing.
   * @throws StorageError when storage refused, BadInputError above `BLOB_LIMIT`
   */
  put(bytes: Uint8Array): Promise<ContentHash>;
  /** The bytes, or undefined if they are not to be had here and now. Bytes that do not match their hash are dropped. */
  get(hash: ContentHash): Promise<Uint8Array | undefined>;
  /** Whether `get` would give them, without reading them. */
  has(hash: ContentHash): Promise<boolean>;
}

/** Others who may have blobs, and promise that what they give has the hash. */
export interface BlobSource {
  /** Undefined if nobody there has it now. Never rejects. */
  fetch(hash: ContentHash): Promise<Uint8Array | undefined>;
}

/** @throws BadInputError above `BLOB_LIMIT` */
export function checkBlobSize(content: Uint8Array): void {
  if (content.byteLength <= BLOB_LIMIT) return;
  const size = formatBytes(content.byteLength);
  throw new BadInputError(`${size} is too large: a file or an output may have ${formatBytes(BLOB_LIMIT)} at most`);
}
