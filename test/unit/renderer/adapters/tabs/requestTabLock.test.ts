import { describe, expect, it } from "vitest";
import type { Dispose } from "#shared/base/dispose.ts";
import { ms, seconds, type Milliseconds, type UnixMs } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { requestTabLock } from "../../../../../renderer/adapters/tabs/requestTabLock.ts";
import type { TabLock } from "../../../../../renderer/adapters/tabs/TabLock.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

/** Tabs of one browser profile without Web Locks. */
class Profile {
  readonly clock = new FakeClock();
  readonly values = new Map<string, string>();
  readonly #tabs = new Set<EventTarget>();

  open(clock: Clock = this.clock): { lock: TabLock; events: EventTarget } {
    const events = new EventTarget();
    this.#tabs.add(events);
    const changed = (key: string): void => {
      const told = Object.assign(new Event("storage"), { key });
      for (const tab of this.#tabs) if (tab !== events) tab.dispatchEvent(told);
    };
    const storage = {
      getItem: (key: string) => this.values.get(key) ?? null,
      setItem: (key: string, value: string) => {
        this.values.set(key, value);
        changed(key);
      },
      removeItem: (key: string) => {
        this.values.delete(key);
        changed(key);
      },
    } as unknown as Storage;
    return { lock: requestTabLock("test", { locks: undefined, storage, events, clock }), events };
  }
}

/** The timers of a tab that the browser can freeze. The wall clock goes on, as it does. */
class FreezableTimers implements Clock {
  readonly #clock: FakeClock;
  #missed: (() => void)[] | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  now = (): UnixMs => this.#clock.now();
  monotonic = (): Milliseconds => this.#clock.monotonic();

  after(delay: Milliseconds, callback: () => void): Dispose {
    return this.#clock.after(delay, () => {
      if (this.#missed) this.#missed.push(callback);
      else callback();
    });
  }

  freeze(): void {
    this.#missed = [];
  }

  thaw(): void {
    const missed = this.#missed ?? [];
    this.#missed = undefined;
    for (const callback of missed) callback();
  }
}

const held = (...tabs: { lock: TabLock }[]): boolean[] => tabs.map(({ lock }) => lock.held.get());

describe("requestTabLock on a plain http page", () => {
  it("gives the lock to one tab of several, and keeps it there", () => {
    const profile = new Profile();
    const tabs = [profile.open(), profile.open(), profile.open()];
    expect(held(...tabs)).toEqual([false, false, false]);
    profile.clock.advance(seconds(1));
    expect(held(...tabs)).toEqual([true, false, false]);
    profile.clock.advance(seconds(60));
    expect(held(...tabs)).toEqual([true, false, false]);
  });

  it("hands it on at once when its tab is left", () => {
    const profile = new Profile();
    const [one, two] = [profile.open(), profile.open()];
    profile.clock.advance(seconds(1));
    one.events.dispatchEvent(new Event("pagehide"));
    profile.clock.advance(ms(200));
    expect(held(one, two)).toEqual([false, true]);
  });

  it("hands it on at once when it is released, and asks no more", () => {
    const profile = new Profile();
    const [one, two] = [profile.open(), profile.open()];
    profile.clock.advance(seconds(1));
    one.lock.release();
    profile.clock.advance(seconds(30));
    expect(held(one, two)).toEqual([false, true]);
    two.lock.release();
    profile.clock.advance(seconds(30));
    expect(held(one, two)).toEqual([false, false]);
    expect([profile.values.size, profile.clock.waiting]).toEqual([0, 0]);
  });

  it("hands it on when its tab was killed or frozen, and takes it from the tab when that wakes", () => {
    const profile = new Profile();
    const timers = new FreezableTimers(profile.clock);
    const [frozen, other] = [profile.open(timers), profile.open()];
    profile.clock.advance(seconds(1));
    expect(held(frozen, other)).toEqual([true, false]);
    timers.freeze();
    profile.clock.advance(seconds(4));
    expect(held(other)).toEqual([false]);
    profile.clock.advance(seconds(5));
    expect(held(other)).toEqual([true]);
    timers.thaw();
    expect(held(frozen, other)).toEqual([false, true]);
  });

  it("is not kept for ever by a lease from a clock that was ahead", () => {
    const profile = new Profile();
    const year = 365 * 24 * 3600 * 1000;
    profile.values.set("meshbook.lease.test", JSON.stringify({ tab: "gone", until: profile.clock.now() + year }));
    const tab = profile.open();
    profile.clock.advance(seconds(1));
    expect(held(tab)).toEqual([true]);
  });

  it("takes a damaged row for a free one", () => {
    const profile = new Profile();
    profile.values.set("meshbook.lease.test", "{");
    const tab = profile.open();
    profile.clock.advance(seconds(1));
    expect(held(tab)).toEqual([true]);
  });
});

describe("requestTabLock where storage is switched off too", () => {
  it("lets every tab hold a lock of its own: they share no identity", () => {
    const surroundings = { locks: undefined, storage: undefined, events: new EventTarget(), clock: new FakeClock() };
    expect(requestTabLock("test", surroundings).held.get()).toBe(true);
  });
});
