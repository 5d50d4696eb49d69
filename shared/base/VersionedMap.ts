/**
 * A map that never changes: `with` and `without` give another. The newest version is as fast as a Map to read and to
 * change, whatever its size; that is the one a machine's state holds. An older one that is read again gets a copy of its
 * own. As in a Map, entries come in the order in which they were added; one that came back into a copy comes last.
 */
export class VersionedMap<K, V> {
  readonly size: number;
  /** Its own entries; undefined if they are in the Map of a later version, with one change to take back. */
  #entries: Map<K, V> | undefined;
  #next: VersionedMap<K, V> | undefined;
  /** What the next version changed, and what was there before. */
  #key: K | undefined;
  #had = false;
  #before: V | undefined;

  static of<K, V>(entries: Iterable<readonly [K, V]> = []): VersionedMap<K, V> {
    return new VersionedMap(new Map(entries));
  }

  private constructor(entries: Map<K, V>) {
    this.#entries = entries;
    this.size = entries.size;
  }

  with(key: K, value: V): VersionedMap<K, V> {
    const entries = this.#map();
    const before = entries.get(key);
    const had = before !== undefined || entries.has(key);
    entries.set(key, value);
    return this.#hand(entries, key, had, before);
  }

  without(key: K): VersionedMap<K, V> {
    const entries = this.#map();
    const before = entries.get(key);
    return entries.delete(key) ? this.#hand(entries, key, true, before) : this;
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

  #hand(entries: Map<K, V>, key: K, had: boolean, before: V | undefined): VersionedMap<K, V> {
    const next = new VersionedMap(entries);
    this.#entries = undefined;
    this.#next = next;
    this.#key = key;
    this.#had = had;
    this.#before = before;
    return next;
  }

  #map(): Map<K, V> {
    return this.#entries ?? this.#copy();
  }

  #copy(): Map<K, V> {
    const older: VersionedMap<K, V>[] = [this];
    // Not by recursion: between an old version and the newest there may be thousands.
    let newer = this.#next;
    while (newer !== undefined && newer.#entries === undefined) {
      older.push(newer);
      newer = newer.#next;
    }
    const entries = new Map(newer === undefined ? [] : newer.#entries);
    for (const version of older.reverse()) {
      // reason: a version that was handed on has the key that changed, and what was there is a V, also where that may be undefined.
      if (version.#had) entries.set(version.#key as K, version.#before as V);
      else entries.delete(version.#key as K);
    }
    this.#entries = entries;
    this.#next = undefined;
    this.#before = undefined;
    return entries;
  }
}
