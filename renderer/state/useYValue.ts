import { useMemo } from "react";
import type { Readable } from "#shared/base/value.ts";
import { useReadable } from "./useReadable.ts";

/** The part of a Y type that is needed to watch it. */
export interface Observed {
  observe(changed: () => void): void;
  unobserve(changed: () => void): void;
}

/**
 * What `read` gives of a Y type, rendered again only when that changed. `read` and `same` must be stable functions,
 * and `read` cheap: it is called on every change of the type.
 */
export function useYValue<Type extends Observed, T>(
  type: Type,
  read: (type: Type) => T,
  same: (a: T, b: T) => boolean = Object.is,
): T {
  return useReadable(useMemo(() => yReadable(type, read, same), [type, read, same]));
}

/** A Y type as a readable: gives the same object for as long as `same` says that nothing changed. */
export function yReadable<Type extends Observed, T>(
  type: Type,
  read: (type: Type) => T,
  same: (a: T, b: T) => boolean = Object.is,
): Readable<T> {
  let current: { readonly value: T } | undefined;
  return {
    get() {
      const next = read(type);
      if (current === undefined || !same(current.value, next)) current = { value: next };
      return current.value;
    },
    subscribe(listener) {
      const changed = (): void => listener();
      type.observe(changed);
      return () => type.unobserve(changed);
    },
  };
}

/** Equality of two flat records: the same keys with the same values. */
export function sameFields<T extends object>(a: T | undefined, b: T | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const one = Object.entries(a);
  const other = new Map<string, unknown>(Object.entries(b));
  return one.length === other.size && one.every(([key, value]) => other.has(key) && Object.is(value, other.get(key)));
}
