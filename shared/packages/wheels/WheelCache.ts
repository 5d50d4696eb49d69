import type { ContentHash } from "../../base/ids.ts";

/** Wheels kept on this device, by their hash. What storage refuses is not kept; nothing here rejects. */
export interface WheelCache {
  /** Undefined unless it is there whole. */
  wheel(hash: ContentHash): Promise<Blob | undefined>;
  /** Gives it as a handle, kept or not: wheels are too large to lie in a page's memory. */
  keepWheel(hash: ContentHash, content: Uint8Array<ArrayBuffer>): Promise<Blob>;
}
