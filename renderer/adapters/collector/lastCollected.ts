import { isRecord, readNumber } from "#shared/base/parse.ts";
import { bytes, unixMs, type Bytes, type UnixMs } from "#shared/base/units.ts";
import type { Settings } from "#shared/ports/Settings.ts";

const COLLECTED = "blobs.collected";

/** When this device last looked for blobs that no notebook mentions, and when it last deleted some. */
export interface LastCollected {
  readonly at: UnixMs;
  readonly deleted: { readonly at: UnixMs; readonly freed: Bytes } | undefined;
}

/** Undefined before the first time, and where what was kept cannot be read. */
export function readCollected(settings: Settings): LastCollected | undefined {
  const value = settings.get(COLLECTED);
  if (!isRecord(value)) return undefined;
  const at = readNumber(value["at"], 0, Number.MAX_SAFE_INTEGER);
  const then = readNumber(value["deletedAt"], 0, Number.MAX_SAFE_INTEGER);
  const freed = readNumber(value["freed"], 1, Number.MAX_SAFE_INTEGER);
  if (at === undefined) return undefined;
  const deleted = then === undefined || freed === undefined ? undefined : { at: unixMs(then), freed: bytes(freed) };
  return { at: unixMs(at), deleted };
}

export function keepCollected(settings: Settings, { at, freed }: { readonly at: UnixMs; readonly freed: Bytes }): void {
  const deleted = freed > 0 ? { at, freed } : readCollected(settings)?.deleted;
  settings.set(COLLECTED, { at, ...(deleted && { deletedAt: deleted.at, freed: deleted.freed }) });
}
