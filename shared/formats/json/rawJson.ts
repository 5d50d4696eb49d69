// JSON as it was written. `JSON.parse` forgets that `1.0` was not `1`, that `"\u00e9"` was not `"é"`, where integer-like
// keys stood, and that a key came twice. A notebook must come back as it was, so scalars keep their token.

import { wellFormed } from "../../base/wellFormed.ts";
import type { JsonObject, JsonValue } from "../../base/parse.ts";

/** A scalar is its token (`1.0`, `"a\u0062"`, `null`). */
export type RawJson = string | RawArray | RawObject;

export interface RawArray {
  readonly items: readonly RawJson[];
}

export interface RawObject {
  /** In the order of the text; a key may come twice. */
  readonly entries: readonly RawEntry[];
}

/** The key is its token, quotes included. */
export type RawEntry = readonly [key: string, value: RawJson];

/** What Python writes for numbers that JSON does not have. Read and given back, but no reader of ours ever sees one. */
const NOT_JSON_NUMBERS: readonly string[] = ["NaN", "Infinity", "-Infinity"];

/**
 * Keys kept in raw text, never in plain data: by the first lib0 would set the prototype of the object it decodes; by the
 * second Yjs tells what kind of value it is given, and throws.
 */
const UNSAFE_KEYS: readonly string[] = ["__proto__", "constructor"];

export const isRawArray = (raw: RawJson): raw is RawArray => typeof raw === "object" && "items" in raw;
export const isRawObject = (raw: RawJson): raw is RawObject => typeof raw === "object" && "entries" in raw;
export const isNotJsonNumber = (token: string): boolean => NOT_JSON_NUMBERS.includes(token);

/** The string a raw string token stands for; undefined for anything else. */
export function rawString(raw: RawJson | undefined): string | undefined {
  if (typeof raw !== "string" || !raw.startsWith('"')) return undefined;
  const inner = raw.slice(1, -1);
  // reason: the token was read by our strict reader, so that it is a JSON string.
  return inner.includes("\\") ? (JSON.parse(raw) as string) : inner;
}

/** The number a raw number token stands for, infinite for one that is too large; undefined for anything else. */
export function rawNumber(raw: RawJson | undefined): number | undefined {
  if (typeof raw !== "string" || !/^[-\d]/.test(raw)) return undefined;
  const value = Number(raw);
  return Number.isNaN(value) ? undefined : value;
}

/** The value under `key`. Of a key that comes twice the last one counts, as it does for every JSON reader. */
export function rawGet(raw: RawJson | undefined, key: string): RawJson | undefined {
  if (raw === undefined || !isRawObject(raw)) return undefined;
  return raw.entries.filter(([token]) => rawString(token) === key).at(-1)?.[1];
}

/**
 * Plain data to work with: what Yjs and every peer can hold. Numbers too large for a double become the largest one,
 * `NaN` becomes null, half surrogates become U+FFFD (they would on the wire), and unsafe keys are left out.
 */
export function rawToPlain(raw: RawJson): JsonValue {
  if (typeof raw === "string") return scalarToPlain(raw);
  if (isRawArray(raw)) return raw.items.map(rawToPlain);
  return rawToPlainObject(raw);
}

export function rawToPlainObject(raw: RawObject): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (const [token, value] of raw.entries) {
    const key = plainKey(token);
    if (key !== undefined) entries.push([key, rawToPlain(value)]);
  }
  return Object.fromEntries(entries);
}

/** The key that plain data has for a key token; undefined for a key that plain data must not have. */
export function plainKey(token: string): string | undefined {
  const key = wellFormed(rawString(token) ?? "");
  return UNSAFE_KEYS.includes(key) ? undefined : key;
}

function scalarToPlain(token: string): JsonValue {
  if (token.startsWith('"')) return wellFormed(rawString(token) ?? "");
  if (token === "true" || token === "false") return token === "true";
  const value = rawNumber(token);
  if (value === undefined) return null;
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}
