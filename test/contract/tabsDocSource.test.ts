// The DocSource suite on the tabs of one browser. Node's BroadcastChannel is the real thing: what is posted on one channel
// arrives on all others of its name; test/e2e/tabs.spec.ts has real tabs.

import { describe, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { TabsDocSource } from "../../renderer/adapters/tabs/TabsDocSource.ts";
import { countingClock } from "../support/countingClock.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness } from "./docSourceHarness.ts";

const harness: DocSourceHarness = {
  name: "tabs of one browser",
  ...{ stores: false, live: true, presence: true, damages: true, cuts: false },
  open: () => {
    const room = RoomId.create();
    const { clock, timers } = countingClock();
    let locks = 0;
    const lock = () => {
      locks++;
      return { held: new Value(true), release: () => (locks -= 1) };
    };
    return Promise.resolve({
      source: () => new TabsDocSource({ room, lock, clock }),
      damage: () => {
        const channel = new BroadcastChannel(`meshbook.notebook.${room}`);
        for (const bytes of [[], [0], [0, 0, 200], [0, 2, 3, 1, 2, 3], [1, 5, 1, 2], [255, 255]]) {
          channel.postMessage({ type: "frame", from: "another version", frame: new Uint8Array(bytes) });
        }
        for (const other of [undefined, "text", {}, { type: "told", from: "x", told: 1 }]) channel.postMessage(other);
        channel.close();
        return Promise.resolve();
      },
      leftovers: () => [
        ...(timers.size > 0 ? [`${timers.size} timers`] : []),
        ...(locks > 0 ? [`${locks} locks`] : []),
      ],
      close: () => Promise.resolve(),
    });
  },
};

describe("DocSource contract: TabsDocSource", () => {
  for (const { name, run } of docSourceCases(harness)) it(name, run);
});
