import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { MemoryUploadList } from "#shared/adapters/memory/MemoryUploadList.ts";
import { RoomId, type ContentHash } from "#shared/base/ids.ts";
import { seconds, unixMs } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { GRACE } from "#shared/blobs/planCollection.ts";
import { DeviceCollector } from "../../../../../renderer/adapters/collector/DeviceCollector.ts";
import { readCollected } from "../../../../../renderer/adapters/collector/lastCollected.ts";
import { deletedInWords } from "../../../../../renderer/settings/storage/storageWords.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { untilTrue } from "../../../../support/until.ts";

const DAY = seconds(24 * 3600);
const HOUR = seconds(3600);

const open: DeviceCollector[] = [];
afterEach(() => {
  for (const collector of open.splice(0)) collector.close();
});

/** A device with one blob that has long waited, and a collector on it. `looks`: how often the documents were read. */
async function device() {
  const [place, uploads, settings, clock] = [
    new MemoryBlobStore(),
    new MemoryUploadList(),
    new MemorySettings(),
    new FakeClock(),
  ];
  const hash = await place.put(new TextEncoder().encode("twelve bytes"));
  await place.note(new Map([[hash, { seen: clock.now(), waited: GRACE }]]));
  const world = {
    ...{ place, uploads, settings, clock, hash },
    leads: new Value(true),
    saved: true,
    mentioned: new Set<ContentHash>() as ReadonlySet<ContentHash> | undefined,
    looks: 0,
    held: () => place.has(hash),
    start: () => {
      const collector = new DeviceCollector({
        ...{ place, uploads, settings, clock, leads: world.leads, logger: silentLogger },
        idle: () => Promise.resolve(),
        save: () => Promise.resolve(world.saved),
        references: () => {
          world.looks += 1;
          return Promise.resolve(world.mentioned);
        },
      });
      open.push(collector);
    },
    /** Lets days pass, hour by hour, and everything due in them happen. */
    pass: async (days: number) => {
      for (let hour = 0; hour < days * 24; hour++) {
        clock.advance(HOUR);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
  };
  return world;
}

describe("DeviceCollector", () => {
  it("deletes what no notebook mentions, once a day, and remembers what it freed", async () => {
    const world = await device();
    world.start();
    await untilTrue("it is deleted", async () => !(await world.held()));
    await untilTrue("it is kept in mind", () => readCollected(world.settings) !== undefined);
    const deleted = { at: world.clock.now(), freed: 12 };
    expect(readCollected(world.settings)).toEqual({ at: world.clock.now(), deleted });
    await world.place.put(new TextEncoder().encode("another"));
    await world.pass(3);
    expect(world.looks).toBe(4);
    expect(readCollected(world.settings)?.deleted).toEqual(deleted);
  });

  it("keeps what a notebook mentions, and what the host still has to be given", async () => {
    const mentioned = await device();
    mentioned.mentioned = new Set([mentioned.hash]);
    const waiting = await device();
    await waiting.uploads.add(RoomId.create(), waiting.hash);
    for (const world of [mentioned, waiting]) {
      world.start();
      await world.pass(10);
      expect(world.looks).toBeGreaterThan(8);
      expect(await world.held()).toBe(true);
    }
  });

  it("deletes and notes nothing while something open is not stored, or a notebook cannot be read", async () => {
    const unsaved = await device();
    unsaved.saved = false;
    const unreadable = await device();
    unreadable.mentioned = undefined;
    for (const world of [unsaved, unreadable]) {
      world.start();
      await world.pass(2);
      expect(await world.held()).toBe(true);
      expect(readCollected(world.settings)).toBeUndefined();
    }
    expect(unsaved.looks).toBe(0);
  });

  it("leaves it to the tab that leads, and begins when it comes to lead", async () => {
    const world = await device();
    world.leads.set(false);
    world.start();
    await world.pass(2);
    expect(world.looks).toBe(0);
    world.leads.set(true);
    await untilTrue("it is deleted", async () => !(await world.held()));
  });

  it("goes on after a clock that was a year ahead is right again", async () => {
    const world = await device();
    world.settings.set("blobs.collected", { at: world.clock.now() + 365 * DAY });
    world.start();
    await untilTrue("it is deleted", async () => !(await world.held()));
  });

  it("says what was freed in words", () => {
    expect(deletedInWords({ at: unixMs(Date.UTC(2026, 4, 3, 12)), freed: 13_000_000 as never })).toBe(
      "Freed on 3 May 2026: 12.4 MiB of outputs and files that no notebook had used for a month.",
    );
  });
});
