import type { Readable } from "#shared/base/value.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** "Am I the tab that …": at most one tab of this browser profile holds a lock, and when it goes another gets it. */
export interface TabLock {
  readonly held: Readable<boolean>;
  /** Gives the lock back, or stops waiting for it. For good. */
  release(): void;
}

/** What of the page a lock is made of. */
export interface LockSurroundings {
  /** Undefined on plain http pages. */
  readonly locks: LockManager | undefined;
  /** Undefined where storage is switched off. */
  readonly storage: Storage | undefined;
  /** Tells of other tabs' writes to `storage`, and of the end of the page. */
  readonly events: Pick<EventTarget, "addEventListener" | "removeEventListener">;
  readonly clock: Clock;
}
