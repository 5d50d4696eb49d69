// The DocSource suite on the hub's client and a blind host, which stores what it cannot read. What is on its disk is read
// beside it by somebody who has the key.

import { afterAll, beforeAll, describe, it } from "vitest";
import { HubDocSource } from "#shared/adapters/hub/HubDocSource.ts";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { countingClock } from "../support/countingClock.ts";
import { CuttableProxy } from "../support/CuttableProxy.ts";
import { BlindHubHost, sourceOptions } from "../support/hub/BlindHubHost.ts";
import { docSourceCases } from "./docSource.ts";
import type { DocSourceHarness } from "./docSourceHarness.ts";

let host: BlindHubHost;

const blindHost: DocSourceHarness = {
  name: "a blind host",
  ...{ stores: true, live: true, presence: true, damages: false, cuts: true },
  open: async () => {
    const proxy = await CuttableProxy.start(host.port);
    const room = { id: RoomId.create(), secret: createRoomSecret() };
    const { clock, timers } = countingClock();
    return {
      source: () => new HubDocSource(sourceOptions(room, `http://127.0.0.1:${proxy.port}`, undefined, clock)),
      stored: () => host.diskNow(room),
      cut: () => Promise.resolve(proxy.cut()),
      heal: () => Promise.resolve(proxy.mend()),
      leftovers: () => (timers.size > 0 ? [`${timers.size} timers`] : []),
      close: () => proxy.close(),
    };
  },
};

describe("DocSource contract: HubDocSource and a blind host", () => {
  beforeAll(async () => {
    host = await BlindHubHost.start();
  });
  afterAll(async () => {
    await host.close();
  });
  for (const { name, run } of docSourceCases(blindHost)) it(name, run);
});
