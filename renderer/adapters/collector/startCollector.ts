import { systemClock } from "#shared/adapters/systemClock.ts";
import { pageIdle } from "../page/pageIdle.ts";
import { pageLockSurroundings, requestTabLock } from "../tabs/requestTabLock.ts";
import { DeviceCollector, type DeviceCollectorOptions } from "./DeviceCollector.ts";
import { readInWorker } from "./readInWorker.ts";

type Given = Pick<DeviceCollectorOptions, "place" | "uploads" | "save" | "settings" | "logger">;

/** Collects the blobs of this device for as long as the page lives, in one tab of it. */
export function startCollector(given: Given): DeviceCollector {
  const lock = requestTabLock("blob-collector", pageLockSurroundings(systemClock));
  return new DeviceCollector({
    ...given,
    references: () => readInWorker(systemClock),
    leads: lock.held,
    idle: pageIdle,
    clock: systemClock,
  });
}
