import { kib, ms, type Bytes, type Milliseconds } from "../../base/units.ts";

/** Applying a part should take no longer: with what follows from it (lists, storage), a key still gets its frame. */
export const APPLY_GOAL: Milliseconds = ms(10);
/** Smallest part asked for: below this, asking costs more than what comes. */
export const PART_MIN: Bytes = kib(16);
/** Size of the first part, before it is known how quickly this computer applies this document. */
export const PART_FIRST: Bytes = kib(64);
/** Largest part: what is lost when a connection is cut. */
export const PART_MAX: Bytes = kib(512);

/** How large the next part should be after one of `size` bytes took `took` to apply. */
export function nextPartLimit(limit: number, size: number, took: Milliseconds): number {
  if (took > APPLY_GOAL * 2) return Math.max(PART_MIN, Math.round(limit / 2));
  // A part that ends early says nothing of larger ones.
  if (took < APPLY_GOAL && size >= limit / 2) return Math.min(PART_MAX, limit * 2);
  return limit;
}
