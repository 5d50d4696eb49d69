import { contentHash } from "../../base/hash.ts";
import type { ContentHash } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import { BLOBS_PATH } from "../../contracts/hubProtocol.ts";
import { BLOB_LIMIT, type BlobStore } from "../../ports/BlobStore.ts";
import { BlobUploader, type RoomBlobOptions, type UploadStatus } from "./BlobUploader.ts";
import { timedRequest } from "./blobRequest.ts";

/**
 * Blobs of one room: this device first, then the class host. What is put here is stored here when `put` resolves, and
 * brought to the host in the background, across restarts. Whatever comes from the host is checked against its hash
 * before anybody sees it, and kept.
 */
export class RoomBlobStore implements BlobStore {
  /** What the host does not have yet, and what it will not take. */
  readonly uploads: Readable<UploadStatus>;
  readonly #options: RoomBlobOptions;
  readonly #uploader: BlobUploader;
  readonly #fetching = new Map<ContentHash, Promise<Uint8Array | undefined>>();

  constructor(options: RoomBlobOptions) {
    this.#options = options;
    this.#uploader = new BlobUploader(options, (hash) => this.#url(hash));
    this.uploads = this.#uploader.status;
  }

  async put(content: Uint8Array): Promise<ContentHash> {
    const hash = await this.#options.local.put(content);
    await this.#uploader.add(hash);
    return hash;
  }

  async get(hash: ContentHash): Promise<Uint8Array | undefined> {
    const local = await this.#options.local.get(hash);
    if (local) return local;
    // Many cells may show one image: it is fetched once.
    const fetching = this.#fetching.get(hash) ?? this.#fetch(hash);
    this.#fetching.set(hash, fetching);
    try {
      return await fetching;
    } finally {
      this.#fetching.delete(hash);
    }
  }

  async has(hash: ContentHash): Promise<boolean> {
    if (await this.#options.local.has(hash)) return true;
    const { request, clock } = this.#options;
    const answer = await timedRequest(request, clock, this.#url(hash), { method: "HEAD" }).catch(() => undefined);
    return answer?.status === 200;
  }

  /** The host can be reached again: goes on with uploads now instead of when it is due. */
  wake(): void {
    this.#uploader.wake();
  }

  /** Stops uploading; what is left is taken up by the next store for this room. */
  close(): void {
    this.#uploader.close();
  }

  async #fetch(hash: ContentHash): Promise<Uint8Array | undefined> {
    const { request, clock, local } = this.#options;
    try {
      const answer = await timedRequest(request, clock, this.#url(hash), { method: "GET", limit: BLOB_LIMIT });
      if (answer.status !== 200 || answer.body === undefined) return undefined;
      if (contentHash(answer.body) !== hash) return undefined;
      // It can be shown even where it cannot be kept.
      await local.put(answer.body).catch(() => undefined);
      return answer.body;
    } catch {
      // No answer: not to be had now. The caller asks again when somebody looks at it again.
      return undefined;
    }
  }

  #url(hash: ContentHash): string {
    return `${this.#options.base}${BLOBS_PATH}${this.#options.room}/${hash}`;
  }
}
