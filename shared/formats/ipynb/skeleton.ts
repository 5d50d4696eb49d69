// What a file said that the document has no other place for: the order of keys, keys nobody knows, and the tokens of
// values that would be written differently today. The value of a key that the model has is written from the model; the
// skeleton's token is used as long as it says the same. So a skeleton never overrules an edit, and may be ignored whole.

import { isRecord, type JsonValue } from "../../base/parse.ts";
import { parseRawJson } from "../json/parseRawJson.ts";
import { compactRawJson } from "../json/printRawJson.ts";
import { isRawArray, isRawObject, rawString, type RawEntry, type RawJson } from "../json/rawJson.ts";
import { sortEntries } from "../json/plainToRaw.ts";

/** One key of an object of the file. */
export interface SkeletonEntry {
  /** The key's token. */
  readonly token: string;
  readonly key: string;
  /** Undefined: what the model says is, token for token, what the file said. */
  readonly raw: RawJson | undefined;
}

export type Skeleton = readonly SkeletonEntry[];

/** The skeleton of an object of a file: `canonical` is what the model alone would write. */
export function createSkeleton(entries: readonly RawEntry[], canonical: readonly RawEntry[]): Skeleton {
  const last = new Map(entries.map(([token], index) => [rawString(token), index]));
  return entries.map(([token, raw], index) => {
    const key = rawString(token) ?? "";
    const same = canonical.find(([other]) => rawString(other) === key)?.[1];
    const fromModel = last.get(key) === index && same !== undefined && sameTokens(same, raw);
    return { token, key, raw: fromModel ? undefined : raw };
  });
}

/** True if the model alone would write the same, so that no skeleton is needed. */
export function isCanonical(skeleton: Skeleton, canonical: readonly RawEntry[]): boolean {
  if (skeleton.length !== canonical.length) return false;
  return skeleton.every(({ token, raw }, index) => raw === undefined && canonical[index]?.[0] === token);
}

/**
 * The entries of an object for the file: in the skeleton's order, with `value` asked for what the model has (`live`,
 * sorted). Keys that the file lacked come where they belong if keys are sorted, else last.
 */
export function applySkeleton(
  skeleton: Skeleton | undefined,
  live: readonly string[],
  value: (key: string, raw: RawJson | undefined) => RawJson,
  sorted: boolean,
): readonly RawEntry[] {
  if (skeleton === undefined) return live.map((key) => [`"${key}"`, value(key, undefined)]);
  const last = new Map(skeleton.map(({ key }, index) => [key, index]));
  const kept = skeleton.flatMap(({ token, key, raw }, index): RawEntry[] => {
    if (live.includes(key) && last.get(key) === index) return [[token, value(key, raw)]];
    return raw === undefined ? [] : [[token, raw]];
  });
  const added = live.filter((key) => !last.has(key)).map((key): RawEntry => [`"${key}"`, value(key, undefined)]);
  if (added.length === 0) return kept;
  return sorted ? sortEntries([...kept, ...added]) : [...kept, ...added];
}

/** What the file said under `key`; undefined if nothing, or what the model says. */
export function skeletonRaw(skeleton: Skeleton | undefined, key: string): RawJson | undefined {
  return skeleton?.filter((entry) => entry.key === key).at(-1)?.raw;
}

/** As stored: a key alone, or a key and the text of its value. Keys without their quotes. */
export function writeSkeleton(skeleton: Skeleton): JsonValue {
  return skeleton.map(({ token, raw }) => {
    const key = token.slice(1, -1);
    return raw === undefined ? key : [key, compactRawJson(raw)];
  });
}

/** Reads what stands in a document, where any peer may have written it; undefined for what is no skeleton. */
export function readSkeleton(value: unknown): Skeleton | undefined {
  if (!isRecord(value) || !Array.isArray(value["entries"])) return undefined;
  const entries: SkeletonEntry[] = [];
  for (const item of value["entries"]) {
    const entry = readEntry(item);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

function readEntry(item: unknown): SkeletonEntry | undefined {
  // reason: `Array.isArray` gives any[]; nothing is known of the items.
  const [inner, text] = Array.isArray(item) ? (item as readonly unknown[]) : [item, undefined];
  const token = readRaw(typeof inner === "string" ? `"${inner}"` : undefined);
  const key = rawString(token);
  if (typeof token !== "string" || key === undefined) return undefined;
  if (text === undefined) return { token, key, raw: undefined };
  const raw = readRaw(text);
  return raw === undefined ? undefined : { token, key, raw };
}

function readRaw(text: unknown): RawJson | undefined {
  const parsed = typeof text === "string" ? parseRawJson(text) : undefined;
  return parsed?.ok === true ? parsed.value : undefined;
}

function sameTokens(a: RawJson, b: RawJson): boolean {
  if (typeof a === "string" || typeof b === "string" || a === b) return a === b;
  const [items, others] = [isRawArray(a) ? a.items : undefined, isRawArray(b) ? b.items : undefined];
  if (items !== undefined && others !== undefined) return sameLists(items, others, sameTokens);
  if (!isRawObject(a) || !isRawObject(b)) return false;
  return sameLists(a.entries, b.entries, ([key, value], [token, other]) => key === token && sameTokens(value, other));
}

function sameLists<T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index];
      return other !== undefined && same(one, other);
    })
  );
}
