import { formatBytes } from "#shared/base/units.ts";
import type { LastCollected } from "../../adapters/collector/lastCollected.ts";
import type { StorageState } from "../../adapters/page/storagePersistence.ts";

/** How full this browser's storage is and whether it lasts, as the browser says it. */
export function storageInWords({ used, quota, kept, nearlyFull }: StorageState): string {
  const share = `Storage of this browser: ${formatBytes(used)} of ${formatBytes(quota)} used`;
  if (nearlyFull) return `${share}. It is nearly full: remove notebooks, or free space, before it refuses to save.`;
  return `${share}, ${kept ? "kept until you delete it" : "which the browser may clear when the disk gets full"}.`;
}

/** What was last deleted here by itself, and why. */
export function deletedInWords({ at, freed }: NonNullable<LastCollected["deleted"]>): string {
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(at);
  return `Freed on ${date}: ${formatBytes(freed)} of outputs and files that no notebook had used for a month.`;
}
