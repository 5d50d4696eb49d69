import type { ContentHash } from "../base/ids.ts";
import type { Bytes, Milliseconds, UnixMs } from "../base/units.ts";

/** What was noted of a blob that nothing refers to. */
export interface Unreferenced {
  /** When a collector last found it so. */
  readonly seen: UnixMs;
  /** How long it has been so, as far as it was watched. */
  readonly waited: Milliseconds;
}

/** One blob, as its collector sees it. */
export interface HeldBlob {
  readonly hash: ContentHash;
  /** When it was last stored or asked for, where that is known by a clock. */
  readonly used: UnixMs | undefined;
  /** Undefined for one that was referred to, or was stored since. */
  readonly unreferenced: Unreferenced | undefined;
}

/**
 * The blobs of one place, for deleting those that nothing refers to any more. Decides nothing.
 * Contract, tested by test/contract/collectableBlobs.ts on every adapter.
 */
export interface CollectableBlobs {
  /** Every blob held. @throws StorageError, or the system's error */
  list(): Promise<readonly HeldBlob[]>;
  /**
   * Notes what is known of blobs now; undefined takes a note away. Resolves when it is stored. Notes may get lost in a
   * crash: then a blob only stays longer. @throws as `list`
   */
  note(notes: ReadonlyMap<ContentHash, Unreferenced | undefined>): Promise<void>;
  /**
   * Deletes a blob if nobody stored or asked for it since it was listed. Gives the bytes freed; undefined if it stays.
   * @throws as `list`
   */
  remove(blob: HeldBlob): Promise<Bytes | undefined>;
}
