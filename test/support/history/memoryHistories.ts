import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomHistories } from "../../../broker/history/RoomHistories.ts";

/** Histories of a host that keep everything in memory. */
export function memoryHistories(): RoomHistories {
  const store = new MemoryHistoryStore();
  return new RoomHistories({ store, deflater: streamDeflater, clock: systemClock, logger: silentLogger });
}
