import { Value } from "#shared/base/value.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { leaseTabLock } from "./leaseTabLock.ts";
import type { LockSurroundings, TabLock } from "./TabLock.ts";

/** Goes with this device's one connection to a broker: two tabs with one client id would throw each other out for ever. */
export const DEVICE_CONNECTION = "device-connection";

/**
 * Asks for the lock `name` and waits for it as long as it takes. With Web Locks the browser keeps the promise exactly. On
 * a plain http page a lease in localStorage stands in: it lapses when its tab is frozen or gone, and two tabs may both
 * believe for up to two seconds that they hold it. Where there is no storage either, tabs share no identity that could
 * clash, so each holds a lock of its own.
 */
export function requestTabLock(name: string, surroundings: LockSurroundings): TabLock {
  const { locks, storage } = surroundings;
  if (locks) return webTabLock(name, locks);
  if (storage) return leaseTabLock(name, storage, surroundings);
  return { held: new Value(true), release: () => undefined };
}

function webTabLock(name: string, locks: LockManager): TabLock {
  const held = new Value(false);
  const waiting = new AbortController();
  let letGo: () => void = () => undefined;
  const granted = (): Promise<void> => {
    held.set(true);
    return new Promise((resolve) => (letGo = resolve));
  };
  // Rejects when we stop waiting, and only then.
  locks.request(`meshbook.${name}`, { signal: waiting.signal }, granted).catch(() => undefined);
  return {
    held,
    release: () => {
      waiting.abort();
      held.set(false);
      letGo();
    },
  };
}

/** The surroundings of a real page. */
export function pageLockSurroundings(clock: Clock): LockSurroundings {
  // Missing on plain http pages, although the DOM types promise it.
  const locks: LockManager | undefined = navigator.locks;
  return { locks, storage: pageStorage(), events: window, clock };
}

function pageStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
