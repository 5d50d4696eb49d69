import type { ContentHash } from "../base/ids.ts";
import { bytes, type Bytes, type UnixMs } from "../base/units.ts";
import type { CollectableBlobs } from "../ports/CollectableBlobs.ts";
import { planCollection } from "./planCollection.ts";

export interface Collected {
  readonly removed: number;
  readonly freed: Bytes;
}

export interface CollectionFacts {
  /** Everything that any document of the place mentions. */
  readonly referenced: ReadonlySet<ContentHash>;
  readonly now: UnixMs;
  /**
   * Asked right before each blob is deleted: false as soon as `referenced` may be out of date, or there is no time. What
   * is left is found again next time.
   */
  readonly mayGoOn: () => boolean;
}

/** Notes what nothing refers to, and deletes what nothing has referred to for long. @throws as the place does */
export async function collectBlobs(place: CollectableBlobs, facts: CollectionFacts): Promise<Collected> {
  const { remove, notes } = planCollection(await place.list(), facts.referenced, facts.now);
  if (notes.size > 0) await place.note(notes);
  let removed = 0;
  let freed = 0;
  for (const blob of remove) {
    if (!facts.mayGoOn()) break;
    const size = await place.remove(blob);
    if (size === undefined) continue;
    removed += 1;
    freed += size;
  }
  return { removed, freed: bytes(freed) };
}
