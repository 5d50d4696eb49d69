import { bool, field, float64, int64, list, nullType, struct, timestamp, utf8, type DataType } from "@uwdata/flechette";

/** Deeper than data that somebody wrote. */
const DEPTH_LIMIT = 20;
const INT64 = 1n << 63n;

/**
 * The type of a column that holds all of `values`; undefined if they are of several kinds, and only text holds them.
 * Whole numbers are as wide as they can be: a sum or product of two must not overflow.
 */
export function columnType(values: readonly unknown[], depth = 0): DataType | undefined {
  const given = values.filter((value) => value !== undefined && value !== null);
  if (given.length === 0) return nullType();
  if (depth > DEPTH_LIMIT) return undefined;
  if (given.every((value) => typeof value === "string")) return utf8();
  if (given.every((value) => typeof value === "boolean")) return bool();
  if (given.every(isWhole)) return int64();
  if (given.every((value) => typeof value === "number")) return float64();
  if (given.every((value) => value instanceof Date)) return timestamp();
  if (given.every(isList)) return listType(given, depth);
  return given.every(isObject) ? structType(given, depth) : undefined;
}

const isWhole = (value: unknown): boolean =>
  typeof value === "bigint" ? value >= -INT64 && value < INT64 : Number.isSafeInteger(value);

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || isNumbers(value);

/** A typed array. */
export const isNumbers = (value: unknown): value is ArrayBufferView & ArrayLike<number | bigint> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

function listType(lists: readonly ArrayLike<unknown>[], depth: number): DataType | undefined {
  const child = columnType(
    lists.flatMap((one) => Array.from(one)),
    depth + 1,
  );
  return child && list(child);
}

function structType(objects: readonly Readonly<Record<string, unknown>>[], depth: number): DataType | undefined {
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const fields = names.map((name) => {
    const type = columnType(
      objects.map((one) => one[name]),
      depth + 1,
    );
    return type && field(name, type);
  });
  const whole = fields.filter((one) => one !== undefined);
  return whole.length === fields.length && whole.length > 0 ? struct(whole) : undefined;
}
