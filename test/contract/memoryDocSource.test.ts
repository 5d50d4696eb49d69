import * as Y from "yjs";
import { describe, it } from "vitest";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { MemoryHub } from "#shared/adapters/memory/MemoryHub.ts";
import { ms } from "#shared/base/units.ts";
import { FakeClock } from "../support/FakeClock.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness } from "./docSourceHarness.ts";

const harness = (stores: boolean): DocSourceHarness => ({
  name: stores ? "memory host" : "memory mesh",
  stores,
  live: true,
  presence: true,
  damages: true,
  cuts: true,
  open: () => {
    const clock = new FakeClock();
    const hub = new MemoryHub({ clock, stores });
    return Promise.resolve({
      source: () => new MemoryDocSource(hub),
      pump: () => clock.advance(ms(10)),
      stored: () => Promise.resolve(hub.document ? Y.encodeStateAsUpdate(hub.document) : new Uint8Array([0, 0])),
      damage: () => Promise.resolve(hub.damage(new Uint8Array([7, 255, 255, 255, 255, 1, 2, 3]))),
      cut: () => Promise.resolve(hub.cut()),
      heal: () => Promise.resolve(hub.heal()),
      leftovers: () => (clock.waiting === 0 ? [] : [`${clock.waiting} timers`]),
      close: () => Promise.resolve(hub.close()),
    });
  },
});

for (const stores of [true, false]) {
  describe(`DocSource contract: ${harness(stores).name}`, () => {
    for (const { name, run } of docSourceCases(harness(stores))) it(name, run);
  });
}
