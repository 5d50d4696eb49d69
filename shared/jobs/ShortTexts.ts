/** Texts that are remembered, a power of two; one that falls on the place of another takes it. */
const PLACES = 1_024;

/**
 * Reads short texts of ASCII from bytes. Most of a batch are the same (names of fields, languages, cells, notebooks):
 * those that were read lately are found again by their bytes, which costs a tenth of making them.
 */
export class ShortTexts {
  readonly #known: string[] = Array.from({ length: PLACES }, () => "");
  /** One for each length: as arguments of a call, arrays are faster than views of bytes. */
  readonly #units: readonly number[][];

  /** `longest`: in characters. */
  constructor(longest: number) {
    this.#units = Array.from({ length: longest + 1 }, (_, length) => Array.from({ length }, () => 0));
  }

  /** Undefined for what is not ASCII. */
  at(bytes: Uint8Array, from: number, length: number): string | undefined {
    let hash = length;
    for (let n = from; n < from + length; n++) {
      const unit = bytes[n] ?? 0xff;
      if (unit > 0x7f) return undefined;
      hash = (Math.imul(hash, 31) + unit) | 0;
    }
    const place = (hash ^ (hash >>> 10)) & (PLACES - 1);
    const known = this.#known[place] ?? "";
    if (known.length === length && isText(known, bytes, from)) return known;
    return (this.#known[place] = this.#make(bytes, from, length));
  }

  #make(bytes: Uint8Array, from: number, length: number): string {
    const units = this.#units[length] ?? [];
    for (let n = 0; n < length; n++) units[n] = bytes[from + n] ?? 0;
    return String.fromCharCode(...units);
  }
}

/** The bytes begin with the text. */
function isText(text: string, bytes: Uint8Array, from: number): boolean {
  for (let n = 0; n < text.length; n++) if (text.charCodeAt(n) !== bytes[from + n]) return false;
  return true;
}
