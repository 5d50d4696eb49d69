import { ContentHash, StateId } from "#shared/base/ids.ts";
import { bytes, unixMs } from "#shared/base/units.ts";
import type { DatedState } from "#shared/ports/HistoryStore.ts";

const HASH = ContentHash.parse("0".repeat(64))!;

/** A state as plain data, of no document. */
export function datedState(order: number, change: Partial<DatedState> = {}): DatedState {
  return {
    id: StateId.parse(`s${order}`)!,
    order,
    at: unixMs(order),
    cause: "interval",
    digest: `d${order}`,
    hash: HASH,
    size: bytes(1_000),
    contributions: [],
    deleters: [],
    version: undefined,
    ...change,
  };
}
