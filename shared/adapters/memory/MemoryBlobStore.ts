import { contentHash } from "../../base/hash.ts";
import type { ContentHash } from "../../base/ids.ts";
import { checkBlobSize, type BlobStore } from "../../ports/BlobStore.ts";

/** Blobs until the process ends. */
export class MemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<ContentHash, Uint8Array>();

  put(content: Uint8Array): Promise<ContentHash> {
    return new Promise((resolve) => {
      checkBlobSize(content);
      const hash = contentHash(content);
      this.#blobs.set(hash, content.slice());
      resolve(hash);
    });
  }

  get(hash: ContentHash): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#blobs.get(hash)?.slice());
  }

  has(hash: ContentHash): Promise<boolean> {
    return Promise.resolve(this.#blobs.has(hash));
  }
}
