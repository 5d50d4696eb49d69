import { useSyncExternalStore } from "react";
import type { Dispose } from "#shared/base/dispose.ts";
import { unixMs, type UnixMs } from "#shared/base/units.ts";

/** Milliseconds between two looks at the clock: tenths of a second must seem to run. */
const TICK = 100;
/** For what is told in whole seconds. */
const SECOND = 1_000;

/** The time, moving while `running`; for what shows how long something has taken. */
export function useNow(running: boolean): UnixMs {
  return useSyncExternalStore(running ? tick : still, now);
}

// Rounded, because a snapshot must be equal to itself when nothing ticked.
const now = (): UnixMs => unixMs(Math.floor(Date.now() / TICK) * TICK);

function tick(changed: () => void): Dispose {
  const timer = setInterval(changed, TICK);
  return () => clearInterval(timer);
}

/** The time to the second, moving while `running`. */
export function useSeconds(running: boolean): UnixMs {
  return useSyncExternalStore(running ? tickSeconds : still, second);
}

const second = (): UnixMs => unixMs(Math.floor(Date.now() / SECOND) * SECOND);

function tickSeconds(changed: () => void): Dispose {
  const timer = setInterval(changed, SECOND);
  return () => clearInterval(timer);
}

const still = (): Dispose => () => {};
