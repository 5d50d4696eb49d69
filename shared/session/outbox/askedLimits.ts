import { ms, type Milliseconds, type UnixMs } from "../../base/units.ts";

/**
 * What was asked for and could not be sent is given up after this: a day, as agents keep results. Whoever comes back later
 * has forgotten it, and the notebook has moved on.
 */
export const ASKED_KEPT: Milliseconds = ms(24 * 60 * 60 * 1_000);

export const GIVEN_UP =
  "not sent within 24 hours, for there was no connection. Run the cell again if you still want it.";
export const CHANGED =
  "not sent: the cell was changed after you asked for this run, while there was no connection. Run it again as it is now.";

/** Time left until a run that was asked for `at` is given up. */
export const givenUpIn = (at: UnixMs, now: UnixMs): Milliseconds => ms(Math.max(0, at + ASKED_KEPT - now));
