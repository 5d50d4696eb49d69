import { canonicalName, type OfferedWheel } from "../../contracts/kernel/wheels.ts";
import { lockedClosure, type LockedPackage, type WheelLock } from "./WheelLock.ts";

/**
 * A wheel that is on no list and all it needs, each behind what it needs itself, as far as it is known: what is missing
 * Python says when it is imported.
 */
export function offeredClosure(
  first: OfferedWheel,
  offered: readonly OfferedWheel[],
  lock: WheelLock | undefined,
): readonly (OfferedWheel | LockedPackage)[] {
  const found = new Map<string, OfferedWheel | LockedPackage>();
  const visited = new Set<string>();
  const visit = (one: OfferedWheel): void => {
    if (visited.has(one.file)) return;
    visited.add(one.file);
    for (const needed of one.needs) {
      const locked = lock?.packages.get(needed);
      const other = offered.find(({ file }) => canonicalName(file.split("-")[0] ?? "") === needed);
      if (lock !== undefined && locked !== undefined) {
        for (const each of lockedClosure(lock, locked)) found.set(each.file, each);
      } else if (other !== undefined) visit(other);
    }
    found.set(one.file, one);
  };
  visit(first);
  return [...found.values()];
}
