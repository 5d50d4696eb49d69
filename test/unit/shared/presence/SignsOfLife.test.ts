import { afterEach, describe, expect, it } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { ms } from "#shared/base/units.ts";
import { RENEWAL, SignsOfLife, SILENCE_LIMIT } from "#shared/presence/SignsOfLife.ts";
import { countListeners } from "../../../support/countListeners.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const ended: (() => void)[] = [];

afterEach(() => {
  for (const end of ended.splice(0)) end();
});

function replica() {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  ended.push(() => awareness.destroy());
  return awareness;
}

function join() {
  const [here, there] = [replica(), replica()];
  const clock = new FakeClock();
  const signs = new SignsOfLife(here, clock);
  ended.push(() => signs.dispose());
  const hear = (): void => {
    there.setLocalState(there.getLocalState());
    applyAwarenessUpdate(here, encodeAwarenessUpdate(there, [there.clientID]), "test");
  };
  hear();
  return { here, there, clock, signs, hear };
}

/** Lets time pass as it does while nobody sleeps. */
function pass(clock: FakeClock, time: number): void {
  for (let passed = 0; passed < time; passed += 1_000) clock.advance(ms(1_000));
}

describe("SignsOfLife", () => {
  it("shows us again when nothing was shown for a while, whatever the wall clock says", () => {
    const { here, clock } = join();
    const before = here.meta.get(here.clientID)!.clock;
    pass(clock, RENEWAL - 3_000);
    expect(here.meta.get(here.clientID)!.clock).toBe(before);
    pass(clock, 6_000);
    expect(here.meta.get(here.clientID)!.clock).toBe(before + 1);
  });

  it("forgets a peer whose farewell was lost, and tells the others", () => {
    const { here, there, clock } = join();
    const removed: number[] = [];
    here.on("update", (change: { removed: number[] }) => removed.push(...change.removed));
    pass(clock, SILENCE_LIMIT - 3_000);
    expect(here.getStates().has(there.clientID)).toBe(true);
    pass(clock, 6_000);
    expect(here.getStates().has(there.clientID)).toBe(false);
    expect(removed).toEqual([there.clientID]);
  });

  it("keeps a peer that says nothing new but shows itself", () => {
    const { here, there, clock, hear } = join();
    for (let times = 0; times < 5; times++) {
      pass(clock, SILENCE_LIMIT - 6_000);
      hear();
    }
    expect(here.getStates().has(there.clientID)).toBe(true);
  });

  it("gives everybody another chance after a sleep", () => {
    const { here, there, clock, hear } = join();
    const removed: number[] = [];
    here.on("update", (change: { removed: number[] }) => removed.push(...change.removed));
    // The one alarm that was due rings late, as after a sleep.
    const monotonic = clock.monotonic.bind(clock);
    clock.monotonic = () => ms(monotonic() + 600_000);
    clock.advance(ms(3_000));
    hear();
    pass(clock, SILENCE_LIMIT - 6_000);
    expect(removed).toEqual([]);
    expect(here.getStates().has(there.clientID)).toBe(true);
  });

  it("shows nothing of somebody who has left", () => {
    const { here, clock } = join();
    here.setLocalState(null);
    pass(clock, 60_000);
    expect(here.getLocalState()).toBeNull();
  });

  it("stops when it is disposed", () => {
    const { here, clock, signs } = join();
    signs.dispose();
    expect(clock.waiting).toBe(0);
    expect(countListeners(here)).toBe(0);
  });
});
