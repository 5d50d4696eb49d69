// The CBOR that messages are nearly all of, read and written without the detour through a general codec, which would cost
// a short job a fifth of its time: integers, text of ASCII, bytes, booleans, arrays, and maps with such text as keys. What
// else there may be is left to the general codec, for the whole value: both give the same (see the property suite).

import { kib, mib, type Bytes } from "../base/units.ts";
import { ShortTexts } from "./ShortTexts.ts";

/** What is not so plain; the general codec decides, also whether it is acceptable. */
export const NOT_PLAIN = Symbol("not plain");

/** In this order they are the first three bits of an item. */
const UINT = 0;
const NEGATIVE = 1 << 5;
const BYTES = 2 << 5;
const TEXT = 3 << 5;
const ARRAY = 4 << 5;
const MAP = 5 << 5;
const FALSE = 0xf4;
const TRUE = 0xf5;

/** Text up to so many characters is read and written by character: calling the engine's codec costs as much. */
const SHORT_TEXT = 48;
const FIRST_ROOM: Bytes = kib(16);
/** Room that is kept between two values; of a larger one it is given back. */
const KEPT_ROOM: Bytes = mib(1);
const FOUR_BYTES = 2 ** 32;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const failed = new Error("not plain");

/** Bytes of a value, with sorted keys and without properties that are undefined; undefined if it is not plain. */
export function encodePlain(value: unknown): Uint8Array | undefined {
  try {
    writer.begin();
    writer.write(value);
    return writer.end();
  } catch (error) {
    if (error === failed) return undefined;
    throw error;
  }
}

/**
 * The value of bytes that are one plain value, in the shortest form, and nothing more. Never throws. `inPlace`: byte strings
 * are parts of `bytes`, and keep all of it in memory.
 */
export function decodePlain(bytes: Uint8Array, inPlace = false): unknown {
  try {
    const reader = new Reader(bytes, inPlace);
    const value = reader.read();
    return reader.atEnd ? value : NOT_PLAIN;
  } catch {
    // Also of a nesting that is deeper than the engine's stack.
    return NOT_PLAIN;
  }
}

class Writer {
  #bytes = new Uint8Array(FIRST_ROOM);
  #at = 0;

  begin(): void {
    this.#at = 0;
    if (this.#bytes.byteLength > KEPT_ROOM) this.#bytes = new Uint8Array(FIRST_ROOM);
  }

  end(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  write(value: unknown): void {
    if (typeof value === "string") this.#writeText(value);
    else if (typeof value === "number") this.#writeInteger(value);
    else if (typeof value === "boolean") this.#writeHead(0, value ? TRUE : FALSE);
    else if (value instanceof Uint8Array) this.#writeBytes(value);
    else if (Array.isArray(value)) this.#writeArray(value);
    else if (typeof value === "object" && value !== null) this.#writeMap(value);
    else throw failed;
  }

  #writeInteger(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw failed;
    if (value < 0) this.#writeHead(-1 - value, NEGATIVE);
    else this.#writeHead(value, UINT);
  }

  #writeText(text: string): void {
    if (!this.#writeShort(text)) this.#writeBytes(encoder.encode(text), TEXT);
  }

  /** False if it is not short, or not ASCII; then nothing is written. */
  #writeShort(text: string): boolean {
    const { length } = text;
    if (length > SHORT_TEXT) return false;
    const before = this.#at;
    this.#writeHead(length, TEXT);
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const from = this.#at;
    for (let n = 0; n < length; n++) {
      const unit = text.charCodeAt(n);
      if (unit > 0x7f) {
        this.#at = before;
        return false;
      }
      bytes[from + n] = unit;
    }
    this.#at = from + length;
    return true;
  }

  #writeBytes(bytes: Uint8Array, type = BYTES): void {
    this.#writeHead(bytes.byteLength, type);
    this.#makeRoom(bytes.byteLength);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  #writeArray(items: readonly unknown[]): void {
    this.#writeHead(items.length, ARRAY);
    for (let n = 0; n < items.length; n++) this.write(items[n]);
  }

  #writeMap(map: object): void {
    const prototype: unknown = Object.getPrototypeOf(map);
    if (prototype !== Object.prototype && prototype !== null) throw failed;
    // reason: whatever an object has under its own keys.
    const fields = map as Readonly<Record<string, unknown>>;
    const keys: string[] = [];
    for (const key of Object.keys(map)) if (fields[key] !== undefined) putInOrder(keys, key);
    if (keys.length > FEW_KEYS) keys.sort((one, other) => (isAfter(one, other) ? 1 : -1));
    this.#writeHead(keys.length, MAP);
    for (const key of keys) {
      // The order of others is not that of their units.
      if (!this.#writeShort(key)) throw failed;
      this.write(fields[key]);
    }
  }

  #writeHead(value: number, type: number): void {
    this.#makeRoom(9);
    const bytes = this.#bytes;
    if (value < 24) bytes[this.#at++] = type | value;
    else if (value < 0x100) {
      bytes[this.#at++] = type | 24;
      bytes[this.#at++] = value;
    } else if (value < 0x1_0000) this.#writeNumber(value, 2, type | 25);
    else if (value < FOUR_BYTES) this.#writeNumber(value, 4, type | 26);
    else {
      this.#writeNumber(Math.floor(value / FOUR_BYTES), 4, type | 27);
      this.#writeNumber(value % FOUR_BYTES, 4);
    }
  }

  #writeNumber(value: number, length: number, head?: number): void {
    if (head !== undefined) this.#bytes[this.#at++] = head;
    for (let shift = 8 * (length - 1); shift >= 0; shift -= 8) this.#bytes[this.#at++] = (value >>> shift) & 0xff;
  }

  #makeRoom(length: number): void {
    if (this.#at + length <= this.#bytes.byteLength) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.byteLength, this.#at + length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** For the few keys of a message this is faster than the engine's sorting; of more, that is done in the end. */
const FEW_KEYS = 32;

/** Adds a key where it belongs among others that are in order. */
function putInOrder(keys: string[], key: string): void {
  let at = keys.length;
  keys.push(key);
  if (at > FEW_KEYS) return;
  for (; at > 0 && isAfter(keys[at - 1] ?? "", key); at--) keys[at] = keys[at - 1] ?? "";
  keys[at] = key;
}

/** The order of canonical CBOR: the shorter first, then by bytes; of ASCII those are the units. */
function isAfter(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length;
}

const writer = new Writer();

const shortTexts = new ShortTexts(SHORT_TEXT);

class Reader {
  readonly #bytes: Uint8Array;
  readonly #inPlace: boolean;
  #at = 0;

  constructor(bytes: Uint8Array, inPlace: boolean) {
    this.#bytes = bytes;
    this.#inPlace = inPlace;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  read(): unknown {
    const head = this.#byte();
    if (head === FALSE) return false;
    if (head === TRUE) return true;
    const value = this.#readNumber(head & 0x1f);
    switch (head & 0xe0) {
      case UINT:
        return value;
      case NEGATIVE:
        if (value === Number.MAX_SAFE_INTEGER) throw failed;
        return -1 - value;
      case BYTES:
        return this.#inPlace ? this.#take(value) : this.#take(value).slice();
      case TEXT:
        return this.#readText(value);
      case ARRAY:
        return this.#readArray(value);
      case MAP:
        return this.#readMap(value);
      default:
        throw failed;
    }
  }

  /** Only the shortest form counts. */
  #readNumber(length: number): number {
    if (length < 24) return length;
    if (length === 24) return atLeast(24, this.#byte());
    if (length === 25) return atLeast(0x100, this.#readBytes(2));
    if (length === 26) return atLeast(0x1_0000, this.#readBytes(4));
    if (length !== 27) throw failed;
    const value = atLeast(FOUR_BYTES, this.#readBytes(4) * FOUR_BYTES + this.#readBytes(4));
    if (value > Number.MAX_SAFE_INTEGER) throw failed;
    return value;
  }

  #readBytes(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++) value = value * 0x100 + this.#byte();
    return value;
  }

  #readText(length: number): string {
    if (length > SHORT_TEXT) {
      const long = this.#take(length);
      for (let n = 0; n < length; n++) if ((long[n] ?? 0xff) > 0x7f) throw failed;
      return decoder.decode(long);
    }
    const bytes = this.#bytes;
    const from = this.#at;
    if (length > bytes.byteLength - from) throw failed;
    this.#at = from + length;
    const text = shortTexts.at(bytes, from, length);
    if (text === undefined) throw failed;
    return text;
  }

  #readArray(length: number): readonly unknown[] {
    // An item has one byte at least: a length that is a lie must not make room for it.
    if (length > this.#bytes.byteLength - this.#at) throw failed;
    const items: unknown[] = [];
    for (let n = 0; n < length; n++) items.push(this.read());
    return items;
  }

  #readMap(length: number): Readonly<Record<string, unknown>> {
    if (length > this.#bytes.byteLength - this.#at) throw failed;
    const fields: Record<string, unknown> = {};
    for (let n = 0; n < length; n++) {
      const key = this.read();
      if (typeof key !== "string" || key === "__proto__" || Object.hasOwn(fields, key)) throw failed;
      fields[key] = this.read();
    }
    return fields;
  }

  #take(length: number): Uint8Array {
    const from = this.#at;
    if (length > this.#bytes.byteLength - from) throw failed;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw failed;
    return byte;
  }
}

function atLeast(least: number, value: number): number {
  if (value < least) throw failed;
  return value;
}
