import { useSyncExternalStore } from "react";
import type { Dispose } from "#shared/base/dispose.ts";
import { unixMs, type UnixMs } from "#shared/base/units.ts";

/** Milliseconds between two looks at the clock. Tenths that run would be drawn ten times a second, in each cell that runs. */
const TICK = 1_000;

/** The time to the second, moving while `running`; for what shows how long something has taken. */
export function useNow(running: boolean): UnixMs {
  return useSyncExternalStore(running ? tick : still, now);
}

// Rounded, because a snapshot must be equal to itself when nothing ticked.
const now = (): UnixMs => unixMs(Math.floor(Date.now() / TICK) * TICK);

function tick(changed: () => void): Dispose {
  const timer = setInterval(changed, TICK);
  return () => clearInterval(timer);
}

const still = (): Dispose => () => {};
