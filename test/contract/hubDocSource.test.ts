// The DocSource suite on the hub's client, against a small host that stores late and says wrong things on demand, and
// against the class host's own hub, whose disk is read beside it.

import { afterAll, beforeAll, describe, it } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { RoomId } from "#shared/base/ids.ts";
import { countingClock } from "../support/countingClock.ts";
import { CuttableProxy } from "../support/CuttableProxy.ts";
import { HubHost } from "../support/HubHost.ts";
import { TestHub } from "../support/TestHub.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness } from "./docSourceHarness.ts";

const smallHost: DocSourceHarness = {
  name: "a small host",
  ...{ stores: true, live: true, presence: true, damages: true, cuts: true },
  open: async () => {
    const hub = new TestHub();
    await hub.start();
    const { clock, timers } = countingClock();
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

let host: HubHost;

const classHost: DocSourceHarness = {
  name: "the class host",
  ...{ stores: true, live: true, presence: true, damages: false, cuts: true },
  open: async () => {
    const proxy = await CuttableProxy.start(host.port);
    const room = RoomId.create();
    const { clock, timers } = countingClock();
    const url = hubUrl(`http://127.0.0.1:${proxy.port}`, room);
    return {
      source: () => new HubDocSource({ url, WebSocket, clock, logger: silentLogger }),
      stored: () => host.diskNow(room),
      cut: () => Promise.resolve(proxy.cut()),
      heal: () => Promise.resolve(proxy.mend()),
      leftovers: () => (timers.size > 0 ? [`${timers.size} timers`] : []),
      close: () => proxy.close(),
    };
  },
};

describe("DocSource contract: HubDocSource and a small host", () => {
  for (const { name, run } of docSourceCases(smallHost)) it(name, run);
});

describe("DocSource contract: HubDocSource and the class host's hub", () => {
  beforeAll(async () => {
    host = await HubHost.start();
  });
  afterAll(async () => {
    await host.close();
  });
  for (const { name, run } of docSourceCases(classHost)) it(name, run);
});
