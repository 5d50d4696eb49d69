// Whether this browser may throw our storage away by itself, and how full it is.

import { bytes, type Bytes } from "#shared/base/units.ts";
import type { Settings } from "#shared/ports/Settings.ts";

/** Above this share of the quota, people are told before a write fails. */
const NEARLY_FULL = 0.8;

const ASKED = "storage.asked";

/** Undefined, or without its methods, on plain http pages. */
type Storages = Partial<StorageManager> | undefined;

export interface StorageState {
  readonly used: Bytes;
  readonly quota: Bytes;
  readonly nearlyFull: boolean;
  /** The browser has promised not to delete it without asking. */
  readonly kept: boolean;
}

/**
 * Asks the browser once per device to keep our storage. To be called when a notebook is made or opened: only then is
 * there something to keep, and some browsers show a question. `storages` is `navigator.storage`.
 */
export async function askToKeepStorage(settings: Settings, storages: Storages): Promise<void> {
  if (settings.get(ASKED) === true || storages?.persist === undefined) return;
  settings.set(ASKED, true);
  try {
    await storages.persist();
  } catch {
    // Refused for good (an opaque origin): `kept` in the storage state says so.
  }
}

/** Undefined where the browser does not tell. `storages` is `navigator.storage`. */
export async function readStorageState(storages: Storages): Promise<StorageState | undefined> {
  try {
    const [estimate, kept] = await Promise.all([storages?.estimate?.(), storages?.persisted?.()]);
    if (estimate?.usage === undefined || estimate.quota === undefined) return undefined;
    const { usage, quota } = estimate;
    return { used: bytes(usage), quota: bytes(quota), nearlyFull: usage > quota * NEARLY_FULL, kept: kept === true };
  } catch {
    return undefined;
  }
}
