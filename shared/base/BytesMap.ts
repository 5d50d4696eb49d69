/** Values by short byte strings, such as keys. Holds at most `limit`; one that is added to so many begins anew. */
export class BytesMap<V> {
  readonly #limit: number;
  readonly #entries = new Map<number, { readonly bytes: Uint8Array; readonly value: V }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(bytes: Uint8Array): V | undefined {
    const entry = this.#entries.get(nameOf(bytes));
    return entry !== undefined && same(entry.bytes, bytes) ? entry.value : undefined;
  }

  /** Of two whose first bytes are the same, the later remains. The bytes are copied. */
  set(bytes: Uint8Array, value: V): void {
    if (this.#entries.size >= this.#limit) this.#entries.clear();
    this.#entries.set(nameOf(bytes), { bytes: bytes.slice(), value });
  }
}

const nameOf = (bytes: Uint8Array): number =>
  (((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) ^ bytes.length;

function same(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
