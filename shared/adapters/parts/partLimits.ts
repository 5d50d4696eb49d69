import { kib, ms, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";

/** Applying a part should take no longer: with what follows from it (lists, storage), a key still gets its frame. */
export const APPLY_GOAL: Milliseconds = ms(10);
/** A part should be on its way no longer: a connection on which nothing is heard for much longer is believed dead. */
export const ARRIVAL_GOAL: Milliseconds = seconds(1);
/** Smallest part asked for: below this, asking costs more than what comes. */
export const PART_MIN: Bytes = kib(16);
/** Size of the first part, before it is known how quickly it comes, and this computer applies this document. */
export const PART_FIRST: Bytes = kib(64);
/** Largest part: what is lost when a connection is cut. */
export const PART_MAX: Bytes = kib(512);

/** A part that was applied: how much was asked for, how much came, how long that took, and how long applying it took. */
export interface AppliedPart {
  readonly limit: number;
  readonly size: number;
  readonly waited: Milliseconds;
  readonly took: Milliseconds;
}

/** How large the next part should be after this one, and the one before it. */
export function nextPartLimit({ limit, size, waited, took }: AppliedPart, before?: AppliedPart): number {
  if (waited > ARRIVAL_GOAL * 2) return Math.max(PART_MIN, limit / 2);
  if (took > APPLY_GOAL * 2) return Math.max(PART_MIN, Math.min(PART_MAX, limit * slowStep(limit, took, before)));
  // A part that ends early says nothing of larger ones.
  if (took < APPLY_GOAL && waited < ARRIVAL_GOAL && size >= limit / 2) return Math.min(PART_MAX, limit * 2);
  return limit;
}

/**
 * Smaller, unless that is no cure: where one text is millions of letters long, each part costs what the text is long, and
 * fewer, larger parts cost less.
 */
function slowStep(limit: number, took: Milliseconds, before: AppliedPart | undefined): number {
  if (before === undefined || before.took <= APPLY_GOAL * 2) return 0.5;
  if (limit < before.limit && took > before.took * 0.75) return 4;
  if (limit > before.limit && took < before.took * 1.5) return 2;
  return 0.5;
}

/** What is given to an asker who takes `limit` bytes at a time. Whoever asks for crumbs would ask for ever. */
export const partLimitFor = (limit: number): number => Math.min(PART_MAX, Math.max(PART_MIN, limit));
