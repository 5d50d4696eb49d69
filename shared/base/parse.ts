// Readers for values that came from outside. Each gives the typed value or undefined; none throws.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string of at most `limit` UTF-16 units. */
export function readString(value: unknown, limit: number): string | undefined {
  return typeof value === "string" && value.length <= limit ? value : undefined;
}

export function readNumber(value: unknown, min: number, max: number): number | undefined {
  return typeof value === "number" && value >= min && value <= max ? value : undefined;
}

export function readInteger(value: unknown, min: number, max: number): number | undefined {
  return Number.isInteger(value) ? readNumber(value, min, max) : undefined;
}

export function readBoolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

export function readBytes(value: unknown, limit: number): Uint8Array | undefined {
  return value instanceof Uint8Array && value.byteLength <= limit ? value : undefined;
}

/** An array of at most `limit` items, each read by `read`; undefined if one item cannot be read. */
export function readArray<T>(
  value: unknown,
  limit: number,
  read: (item: unknown) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(value) || value.length > limit) return undefined;
  const items: T[] = [];
  for (const item of value) {
    const parsed = read(item);
    if (parsed === undefined) return undefined;
    items.push(parsed);
  }
  return items;
}

/** One of the given words. */
export function readOneOf<const Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}
