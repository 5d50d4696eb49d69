import type * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";

const watches = new WeakMap<Y.Map<unknown>, KeyWatch>();

/**
 * Calls back when one key of a map changed. The map has one observer for all its keys: of a notebook's thousands of cells
 * each watches its own, and a change concerns few.
 */
export function observeKey(map: Y.Map<unknown>, key: string, changed: () => void): Dispose {
  let watch = watches.get(map);
  if (watch === undefined) watches.set(map, (watch = new KeyWatch(map)));
  return watch.add(key, changed);
}

class KeyWatch {
  readonly #map: Y.Map<unknown>;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(map: Y.Map<unknown>) {
    this.#map = map;
  }

  add(key: string, changed: () => void): Dispose {
    if (this.#listeners.size === 0) this.#map.observe(this.#tell);
    const own = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, own.add(changed));
    return () => {
      own.delete(changed);
      if (own.size > 0 || this.#listeners.get(key) !== own) return;
      this.#listeners.delete(key);
      if (this.#listeners.size === 0) this.#map.unobserve(this.#tell);
    };
  }

  readonly #tell = ({ keysChanged }: Y.YMapEvent<unknown>): void => {
    // reason: keys of a Y.Map are strings; its event says `any`.
    for (const key of keysChanged as ReadonlySet<string>) {
      for (const changed of this.#listeners.get(key) ?? []) changed();
    }
  };
}
