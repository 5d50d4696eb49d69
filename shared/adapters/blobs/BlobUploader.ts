import type { Dispose } from "../../base/dispose.ts";
import type { ContentHash } from "../../base/ids.ts";
import { kib, ms, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";
import { Value } from "../../base/value.ts";
import type { BlobSource, BlobStore } from "../../ports/BlobStore.ts";
import type { UploadList } from "../../ports/UploadList.ts";
import type { HostBlobs, HostBlobsOptions } from "./HostBlobs.ts";

export interface RoomBlobOptions extends HostBlobsOptions {
  readonly local: BlobStore;
  /** Asked for what the host does not give. */
  readonly peers?: BlobSource | undefined;
  readonly uploads: UploadList;
}

export interface UploadStatus {
  /** Not at the host yet, next first. */
  readonly waiting: readonly ContentHash[];
  /** The host will never take these (too large for it, or not allowed); they are on this device only. */
  readonly refused: readonly ContentHash[];
}

/** First wait after a failure; doubled each time, up to the second. */
const RETRY_FIRST: Milliseconds = seconds(1);
const RETRY_LAST: Milliseconds = seconds(60);

/** Above this, ask whether the host has it already: another peer may have brought it. */
const ASK_FIRST: Bytes = kib(256);

/** Answers that will not change by trying again: bad request, too large, unsupported, unprocessable. */
const REFUSALS: readonly number[] = [400, 413, 415, 422];

/** Brings blobs to the host, one at a time, until the host has them or says that it never will. */
export class BlobUploader {
  readonly status = new Value<UploadStatus>({ waiting: [], refused: [] });
  readonly #options: RoomBlobOptions;
  readonly #host: HostBlobs;
  readonly #listed: Promise<void>;
  readonly #abort = new AbortController();
  #running = false;
  #retryAfter = RETRY_FIRST;
  #retry: Dispose | undefined;

  constructor(options: RoomBlobOptions, host: HostBlobs) {
    this.#options = options;
    this.#host = host;
    this.#listed = this.#readList();
    void this.#run();
  }

  /** Resolves when the blob is on the list that outlives the window. */
  async add(hash: ContentHash): Promise<void> {
    await this.#listed;
    const { waiting, refused } = this.status.get();
    if (!waiting.includes(hash)) this.status.set({ waiting: [...waiting, hash], refused });
    // Without the list it is still brought while this window is open.
    await this.#options.uploads.add(this.#options.room, hash).catch(() => undefined);
    if (this.#retry === undefined) void this.#run();
  }

  wake(): void {
    this.#retry?.();
    this.#retry = undefined;
    this.#retryAfter = RETRY_FIRST;
    void this.#run();
  }

  close(): void {
    this.#abort.abort();
    this.#retry?.();
  }

  async #readList(): Promise<void> {
    try {
      const waiting = await this.#options.uploads.list(this.#options.room);
      this.status.set({ waiting, refused: [] });
    } catch {
      // Storage is away: nothing is known of earlier windows.
    }
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#listed;
    const failed = new Set<ContentHash>();
    const next = (): ContentHash | undefined => this.status.get().waiting.find((hash) => !failed.has(hash));
    for (let hash = next(); hash !== undefined && !this.#abort.signal.aborted; hash = next()) {
      const outcome = await this.#bring(hash);
      if (outcome === "away") break;
      if (outcome === "failed") failed.add(hash);
      else await this.#finish(hash, outcome);
    }
    this.#running = false;
    if (this.status.get().waiting.length === 0) this.#retryAfter = RETRY_FIRST;
    else this.#tryLater();
  }

  /** `away`: no answer, so no other blob need be tried. `failed`: an answer that may be another one next time. */
  async #bring(hash: ContentHash): Promise<"done" | "refused" | "failed" | "away"> {
    const { local } = this.#options;
    const signal = this.#abort.signal;
    let body: Uint8Array | undefined;
    try {
      body = await local.get(hash);
    } catch {
      return "failed";
    }
    // Gone from this device: there is nothing to bring.
    if (body === undefined) return "done";
    try {
      if (body.byteLength > ASK_FIRST && (await this.#host.has(hash, signal))) return "done";
      const status = await this.#host.put(hash, body, signal);
      if (status >= 200 && status < 300) return "done";
      return REFUSALS.includes(status) ? "refused" : "failed";
    } catch {
      return "away";
    }
  }

  #tryLater(): void {
    if (this.#abort.signal.aborted) return;
    this.#retry?.();
    this.#retry = this.#options.clock.after(this.#retryAfter, () => {
      this.#retry = undefined;
      void this.#run();
    });
    this.#retryAfter = ms(Math.min(this.#retryAfter * 2, RETRY_LAST));
  }

  async #finish(hash: ContentHash, outcome: "done" | "refused"): Promise<void> {
    const { waiting, refused } = this.status.get();
    const left = waiting.filter((other) => other !== hash);
    this.status.set({ waiting: left, refused: outcome === "refused" ? [...refused, hash] : refused });
    // If storage is away it stays on the list, and the next window finds that the host has it.
    await this.#options.uploads.remove(this.#options.room, hash).catch(() => undefined);
  }
}
