// From plain data back to tokens: new values get the file's style, values that did not change get their old tokens.

import { isRecord } from "../../base/parse.ts";
import { NESTING_LIMIT } from "./parseRawJson.ts";
import type { JsonStyle } from "./printRawJson.ts";
import { isRawArray, isRawObject, plainKey, rawString, rawToPlain, type RawEntry, type RawJson } from "./rawJson.ts";

export type TextStyle = Pick<JsonStyle, "ascii" | "sorted">;

/** The token of a text. */
export function textToRaw(text: string, { ascii }: TextStyle): string {
  const token = JSON.stringify(text);
  if (!ascii) return token;
  return token.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The tokens of plain data. The data may come from another peer: what is no JSON (also nested deeper than any file may
 * be) becomes `null`, as `JSON.stringify` has it.
 */
export function plainToRaw(value: unknown, style: TextStyle, depth = 0): RawJson {
  if (typeof value === "string") return textToRaw(value, style);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (depth >= NESTING_LIMIT) return "null";
  if (Array.isArray(value)) return { items: value.map((item) => plainToRaw(item, style, depth + 1)) };
  if (!isPlainRecord(value)) return "null";
  const keys = style.sorted ? Object.keys(value).sort(compareCodePoints) : Object.keys(value);
  return { entries: keys.map((key) => [textToRaw(key, style), plainToRaw(value[key], style, depth + 1)]) };
}

/** As `plainToRaw`, with the tokens, key order and forgotten keys of `raw` wherever the value still is what `raw` says. */
export function mergePlain(value: unknown, raw: RawJson | undefined, style: TextStyle, depth = 0): RawJson {
  if (raw === undefined || depth >= NESTING_LIMIT) return plainToRaw(value, style, depth);
  if (isRawArray(raw) && Array.isArray(value)) {
    return { items: value.map((item, index) => mergePlain(item, raw.items[index], style, depth + 1)) };
  }
  if (isRawObject(raw) && isPlainRecord(value)) return { entries: mergeEntries(value, raw.entries, style, depth) };
  return samePlain(value, rawToPlain(raw)) ? raw : plainToRaw(value, style, depth);
}

function mergeEntries(
  value: Record<string, unknown>,
  old: readonly RawEntry[],
  style: TextStyle,
  depth: number,
): readonly RawEntry[] {
  const last = new Map(old.map(([token], index) => [plainKey(token), index]));
  const kept = old.flatMap(([token, raw], index): RawEntry[] => {
    const key = plainKey(token);
    if (key === undefined) return [[token, raw]];
    if (!Object.hasOwn(value, key)) return [];
    return [[token, last.get(key) === index ? mergePlain(value[key], raw, style, depth + 1) : raw]];
  });
  const added = Object.keys(value)
    .filter((key) => !last.has(key))
    .map((key): RawEntry => [textToRaw(key, style), plainToRaw(value[key], style, depth + 1)]);
  if (added.length === 0) return kept;
  return style.sorted ? sortEntries([...kept, ...added]) : [...kept, ...added];
}

export function sortEntries(entries: readonly RawEntry[]): readonly RawEntry[] {
  return [...entries].sort(([a], [b]) => compareCodePoints(rawString(a) ?? "", rawString(b) ?? ""));
}

/** True for JSON-like values that hold the same; the order of keys does not matter. */
export function samePlain(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => samePlain(item, b[i]));
  if (!isPlainRecord(a) || !isPlainRecord(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && samePlain(a[key], b[key]));
}

/** Python sorts by code point, JavaScript by UTF-16 unit: they differ above U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Orders surrogates, which stand for the characters above U+FFFF, behind all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Not a Y.Map or another instance that a hostile document may hold where data should be: those can hold cycles. */
export function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
