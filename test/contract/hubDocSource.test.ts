import { WebSocket } from "ws";
import * as Y from "yjs";
import { describe, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { TestHub } from "../support/TestHub.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness } from "./docSourceHarness.ts";

const harness: DocSourceHarness = {
  name: "HubDocSource",
  stores: true,
  live: true,
  presence: true,
  damages: true,
  cuts: true,
  open: async () => {
    const hub = new TestHub();
    await hub.start();
    const timers = new Set<object>();
    const clock = {
      ...systemClock,
      after: (delay: Parameters<typeof systemClock.after>[0], callback: () => void) => {
        const timer = {};
        timers.add(timer);
        const dispose = systemClock.after(delay, () => {
          timers.delete(timer);
          callback();
        });
        return () => {
          timers.delete(timer);
          dispose();
        };
      },
    };
    return {
      source: () => new HubDocSource({ url: hub.url, WebSocket, clock, logger: silentLogger }),
      stored: () => Promise.resolve(Y.encodeStateAsUpdate(hub.disk)),
      damage: () => {
        for (const bytes of [[], [0], [0, 0, 200], [0, 2, 3, 1, 2, 3], [1, 5, 1, 2], [255, 255], [100]]) {
          hub.sendRaw(new Uint8Array(bytes));
        }
        hub.sendRaw("text");
        return Promise.resolve();
      },
      cut: () => hub.stop(),
      heal: () => hub.start(),
      leftovers: () => [...(timers.size > 0 ? [`${timers.size} timers`] : []), ...(hub.sockets > 0 ? ["sockets"] : [])],
      close: () => hub.close(),
    };
  },
};

describe("DocSource contract: HubDocSource", () => {
  for (const { name, run } of docSourceCases(harness)) it(name, run);
});
