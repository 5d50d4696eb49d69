// Which blobs may be deleted: those that nothing has referred to for a month of watching.
// 1. A blob that is referred to is never deleted, and what was noted of it is forgotten.
// 2. Storing a blob again, or asking for it, begins its month anew.
// 3. Time counts between two sightings, and at most a week of it: a clock that is wrong once takes no blob.

import type { ContentHash } from "../base/ids.ts";
import { ms, seconds, type Milliseconds, type UnixMs } from "../base/units.ts";
import type { HeldBlob, Unreferenced } from "../ports/CollectableBlobs.ts";

const DAY: Milliseconds = seconds(24 * 3600);

/**
 * As long as a removed notebook can be put back. It also covers what refers to blobs without being read here: the undo of
 * open windows, states of the history that nobody named, and updates of devices that were away.
 */
export const GRACE: Milliseconds = ms(30 * DAY);

/** What one sighting can add to the time waited. */
export const LONGEST_STEP: Milliseconds = ms(7 * DAY);

export interface CollectionPlan {
  /** To be deleted. */
  readonly remove: readonly HeldBlob[];
  /** What is to be noted of others, where it differs from what is noted. */
  readonly notes: ReadonlyMap<ContentHash, Unreferenced | undefined>;
}

/** Decides at time `now`. `referenced`: everything that any document mentions. Pure. */
export function planCollection(
  held: readonly HeldBlob[],
  referenced: ReadonlySet<ContentHash>,
  now: UnixMs,
): CollectionPlan {
  const remove: HeldBlob[] = [];
  const notes = new Map<ContentHash, Unreferenced | undefined>();
  for (const blob of held) {
    if (referenced.has(blob.hash)) {
      if (blob.unreferenced !== undefined) notes.set(blob.hash, undefined);
      continue;
    }
    const waited = waitedBy(blob, now);
    if (waited >= GRACE) remove.push(blob);
    else notes.set(blob.hash, { seen: now, waited });
  }
  return { remove, notes };
}

function waitedBy({ used, unreferenced }: HeldBlob, now: UnixMs): Milliseconds {
  if (unreferenced === undefined) return ms(0);
  const { seen, waited } = unreferenced;
  if (used !== undefined && used > seen) return ms(0);
  const step = Math.min(Math.max(now - seen, 0), LONGEST_STEP);
  return ms(waited + step);
}
