import type { Dispose } from "../../base/dispose.ts";
import type { ContentHash } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Readable } from "../../base/value.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import { BlobUploader, type RoomBlobOptions, type UploadStatus } from "./BlobUploader.ts";
import { HostBlobs } from "./HostBlobs.ts";

/** The host is given so long before peers are asked as well: it may be gone without a word. */
export const HOST_FIRST: Milliseconds = ms(1_500);

/**
 * Blobs of one room: this device first, then the class host, then peers. What is put here is stored here when `put` resolves, and
 * brought to the host in the background, across restarts. Whatever comes from the host is checked against its hash
 * before anybody sees it, and kept.
 */
export class RoomBlobStore implements BlobStore {
  /** What the host does not have yet, and what it will not take. */
  readonly uploads: Readable<UploadStatus>;
  readonly #options: RoomBlobOptions;
  readonly #host: HostBlobs;
  readonly #uploader: BlobUploader;
  readonly #fetching = new Map<ContentHash, Promise<Uint8Array | undefined>>();

  constructor(options: RoomBlobOptions) {
    this.#options = options;
    this.#host = new HostBlobs(options);
    this.#uploader = new BlobUploader(options, this.#host);
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
    return this.#host.has(hash).catch(() => false);
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
    const content = await this.#fromOthers(hash);
    // It can be shown even where it cannot be kept.
    if (content !== undefined) await this.#options.local.put(content).catch(() => undefined);
    return content;
  }

  /** From the host, or from peers when it has not got it, is away, or takes its time. */
  async #fromOthers(hash: ContentHash): Promise<Uint8Array | undefined> {
    const { peers, clock } = this.#options;
    // No answer: not to be had now. The caller asks again when somebody looks at it again.
    const host = this.#host.get(hash).catch(() => undefined);
    if (peers === undefined) return host;
    let stop: Dispose = () => undefined;
    const patience = new Promise<undefined>((resolve) => {
      stop = clock.after(HOST_FIRST, () => resolve(undefined));
    });
    const early = await Promise.race([host, patience]);
    stop();
    // Whichever brings it; the other one's answer is for nobody.
    return early ?? firstFound([peers.fetch(hash), host]);
  }
}

/** The first that is found; undefined when none is. */
function firstFound<T>(searches: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  const found = searches.map(async (search) => {
    const result = await search;
    if (result === undefined) throw new Error("not there");
    return result;
  });
  return Promise.any(found).catch(() => undefined);
}
