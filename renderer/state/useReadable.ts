import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Readable } from "#shared/base/value.ts";

/** The present value of a readable; renders again when it changes. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(
    useCallback((changed) => readable.subscribe(changed), [readable]),
    useCallback(() => readable.get(), [readable]),
  );
}

/** A part of a readable; renders again only when that part changed. `select` and `same` must be stable. */
export function useSelected<T, Part>(
  readable: Readable<T>,
  select: (value: T) => Part,
  same: (a: Part, b: Part) => boolean = Object.is,
): Part {
  return useReadable(useMemo(() => selected(readable, select, same), [readable, select, same]));
}

function selected<T, Part>(
  readable: Readable<T>,
  select: (value: T) => Part,
  same: (a: Part, b: Part) => boolean,
): Readable<Part> {
  let current: { readonly part: Part } | undefined;
  return {
    get() {
      const part = select(readable.get());
      if (current === undefined || !same(current.part, part)) current = { part };
      return current.part;
    },
    subscribe: (listener) => readable.subscribe(listener),
  };
}
