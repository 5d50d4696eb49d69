interface Change<K, V> {
  readonly key: K;
  /** What the key had before the change. */
  readonly before: { readonly value: V } | undefined;
}

/** Where a version's entries are: in its own Map, or in that of a later one, with one change taken back. */
type Source<K, V> = { readonly map: Map<K, V> } | { readonly next: VersionedMap<K, V>; readonly change: Change<K, V> };

/**
 * A map that never changes: `with` and `without` give another. The newest version is as fast as a Map to read and to
 * change, whatever its size; that is the one a machine's state holds. An older one that is read again gets a copy of its
 * own. As in a Map, entries come in the order in which they were added; one that came back into a copy comes last.
 */
export class VersionedMap<K, V> {
  #source: Source<K, V>;
  readonly size: number;

  static of<K, V>(entries: Iterable<readonly [K, V]> = []): VersionedMap<K, V> {
    return new VersionedMap(new Map(entries));
  }

  private constructor(map: Map<K, V>) {
    this.#source = { map };
    this.size = map.size;
  }

  with(key: K, value: V): VersionedMap<K, V> {
    const map = this.#map();
    const before = valueIn(map, key);
    map.set(key, value);
    return this.#hand(map, { key, before });
  }

  without(key: K): VersionedMap<K, V> {
    const map = this.#map();
    const before = valueIn(map, key);
    if (before === undefined) return this;
    map.delete(key);
    return this.#hand(map, { key, before });
  }

  get(key: K): V | undefined {
    return this.#map().get(key);
  }

  has(key: K): boolean {
    return this.#map().has(key);
  }

  /** The key added longest ago. */
  get firstKey(): K | undefined {
    const [first] = this.#map().keys();
    return first;
  }

  // Copies: whoever goes through one version may make others of it meanwhile.

  keys(): readonly K[] {
    return [...this.#map().keys()];
  }

  /** At most so many values: those that were added first. */
  take(count: number): readonly V[] {
    const taken: V[] = [];
    for (const value of this.#map().values()) {
      if (taken.length === count) break;
      taken.push(value);
    }
    return taken;
  }

  values(): readonly V[] {
    return [...this.#map().values()];
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return [...this.#map()].values();
  }

  #hand(map: Map<K, V>, change: Change<K, V>): VersionedMap<K, V> {
    const next = new VersionedMap(map);
    this.#source = { next, change };
    return next;
  }

  #map(): Map<K, V> {
    if ("map" in this.#source) return this.#source.map;
    const changes: Change<K, V>[] = [];
    // Not by recursion: between an old version and the newest there may be thousands.
    let at: Source<K, V> = this.#source;
    while ("next" in at) {
      changes.push(at.change);
      at = at.next.#source;
    }
    const map = new Map(at.map);
    for (const { key, before } of changes.reverse()) {
      if (before === undefined) map.delete(key);
      else map.set(key, before.value);
    }
    this.#source = { map };
    return map;
  }
}

function valueIn<K, V>(map: ReadonlyMap<K, V>, key: K): { readonly value: V } | undefined {
  // reason: what a map has is a V, also where that may be undefined.
  return map.has(key) ? { value: map.get(key) as V } : undefined;
}
