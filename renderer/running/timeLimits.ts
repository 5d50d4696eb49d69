import { chosenTimeInWords, seconds } from "#shared/base/units.ts";
import type { TimeLimit } from "#shared/notebook/runOptions.ts";

/** Time limits that one can choose; undefined: none. */
export const TIME_LIMITS: readonly TimeLimit[] = [
  ...[10, 60, 600, 3_600, 6 * 3_600].map((length) => seconds(length)),
  undefined,
];

export const limitInWords = (limit: TimeLimit): string => (limit === undefined ? "No limit" : chosenTimeInWords(limit));
