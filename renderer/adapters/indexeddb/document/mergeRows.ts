import * as Y from "yjs";
import { kib, type Bytes } from "#shared/base/units.ts";

/** A row that is filled up to here takes no more: merging more would copy what is large for nothing. */
const MERGE_LIMIT: Bytes = kib(256);

/** Measured best for typing, where 8 and 128 take twice as long. */
const MERGE_GROUP = 32;

/**
 * The same updates as few rows, in order: however many were typed while storage was slow, they become one row for each
 * 256 KiB, which is what bounds the number of rows.
 */
export function mergeRows(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  const rows: Uint8Array[] = [];
  let [open, size]: [Uint8Array[], number] = [[], 0];
  for (const update of updates) {
    if (open.length > 0 && size + update.length > MERGE_LIMIT) {
      rows.push(mergeInGroups(open));
      [open, size] = [[], 0];
    }
    open.push(update);
    size += update.length;
  }
  if (open.length > 0) rows.push(mergeInGroups(open));
  return rows;
}

/** Yjs sorts all updates again for each struct it merges: thousands at once cost the square of it, groups do not. */
function mergeInGroups(updates: readonly Uint8Array[]): Uint8Array {
  let merged = updates;
  while (merged.length > 1) {
    const groups: Uint8Array[] = [];
    for (let at = 0; at < merged.length; at += MERGE_GROUP) {
      groups.push(Y.mergeUpdates(merged.slice(at, at + MERGE_GROUP)));
    }
    merged = groups;
  }
  return merged[0] ?? new Uint8Array();
}
