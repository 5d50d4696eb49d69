import { contentHash } from "../../base/hash.ts";
import type { ContentHash } from "../../base/ids.ts";
import { bytes, type Bytes } from "../../base/units.ts";
import { checkBlobSize, type BlobStore } from "../../ports/BlobStore.ts";
import type { CollectableBlobs, HeldBlob, Unreferenced } from "../../ports/CollectableBlobs.ts";

/** Blobs until the process ends. */
export class MemoryBlobStore implements BlobStore, CollectableBlobs {
  readonly #blobs = new Map<ContentHash, Uint8Array>();
  readonly #notes = new Map<ContentHash, Unreferenced>();

  put(content: Uint8Array): Promise<ContentHash> {
    return new Promise((resolve) => {
      checkBlobSize(content);
      const hash = contentHash(content);
      this.#blobs.set(hash, content.slice());
      this.#notes.delete(hash);
      resolve(hash);
    });
  }

  get(hash: ContentHash): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#blobs.get(hash)?.slice());
  }

  has(hash: ContentHash): Promise<boolean> {
    return Promise.resolve(this.#blobs.has(hash));
  }

  list(): Promise<readonly HeldBlob[]> {
    const read = (hash: ContentHash): HeldBlob => ({ hash, used: undefined, unreferenced: this.#notes.get(hash) });
    return Promise.resolve([...this.#blobs.keys()].map(read));
  }

  note(notes: ReadonlyMap<ContentHash, Unreferenced | undefined>): Promise<void> {
    for (const [hash, note] of notes) {
      if (note === undefined || !this.#blobs.has(hash)) this.#notes.delete(hash);
      else this.#notes.set(hash, note);
    }
    return Promise.resolve();
  }

  remove({ hash, unreferenced }: HeldBlob): Promise<Bytes | undefined> {
    const content = this.#blobs.get(hash);
    if (content === undefined || this.#notes.get(hash) !== unreferenced) return Promise.resolve(undefined);
    this.#blobs.delete(hash);
    this.#notes.delete(hash);
    return Promise.resolve(bytes(content.byteLength));
  }
}
