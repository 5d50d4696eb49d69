import { toBase64url } from "#shared/base/base64url.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { isRecord, readNumber, readString } from "#shared/base/parse.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { LockSurroundings, TabLock } from "./TabLock.ts";

/** A tab that has not renewed for this long has lost the lease: three renewals, because timers in the back come late. */
const LEASE: Milliseconds = seconds(6);
const RENEWAL: Milliseconds = seconds(2);
/** localStorage has no compare-and-set: this long after writing, look whether somebody wrote over it. */
const SETTLE: Milliseconds = ms(100);

const TAB_LIMIT = 64;

interface Lease {
  readonly tab: string;
  /** Wall clock, which all tabs share. */
  readonly until: number;
}

type Surroundings = Pick<LockSurroundings, "events" | "clock">;

/** A lock as a lease: one row in localStorage that its holder renews. */
export function leaseTabLock(name: string, storage: Storage, { events, clock }: Surroundings): TabLock {
  const key = `meshbook.lease.${name}`;
  const tab = toBase64url(crypto.getRandomValues(new Uint8Array(12)));
  const held = new Value(false);
  let timer: Dispose = () => undefined;
  let released = false;

  const look = (): void => {
    timer();
    if (released) return;
    const lease = readLease(storage, key);
    const mine = lease?.tab === tab;
    held.set(mine);
    // A lease that ends much later than one can be given was made before the clock was set back.
    const free = lease === undefined || lease.until <= clock.now() || lease.until > clock.now() + 2 * LEASE;
    if (mine || free) writeLease(storage, key, { tab, until: clock.now() + LEASE });
    timer = clock.after(free && !mine ? SETTLE : RENEWAL, look);
  };
  const onStorage = (event: Event): void => {
    if (!("key" in event) || event.key !== key) return;
    if (readLease(storage, key)?.tab !== tab) held.set(false);
    // Not at once: two tabs that answer each other's writes would never end.
    timer();
    timer = clock.after(SETTLE, look);
  };
  const letGo = (): void => {
    timer();
    held.set(false);
    if (readLease(storage, key)?.tab === tab) storage.removeItem(key);
  };

  events.addEventListener("storage", onStorage);
  events.addEventListener("pagehide", letGo);
  // Back from the browser's memory of left pages.
  events.addEventListener("pageshow", look);
  look();
  return {
    held,
    release: () => {
      released = true;
      events.removeEventListener("storage", onStorage);
      events.removeEventListener("pagehide", letGo);
      events.removeEventListener("pageshow", look);
      letGo();
    },
  };
}

function readLease(storage: Storage, key: string): Lease | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? "null");
    if (!isRecord(value)) return undefined;
    const tab = readString(value["tab"], TAB_LIMIT);
    const until = readNumber(value["until"], 0, Number.MAX_SAFE_INTEGER);
    return tab === undefined || until === undefined ? undefined : { tab, until };
  } catch {
    return undefined;
  }
}

function writeLease(storage: Storage, key: string, lease: Lease): void {
  try {
    storage.setItem(key, JSON.stringify(lease));
  } catch {
    // Full: the row cannot be renewed, and the lease lapses.
  }
}
