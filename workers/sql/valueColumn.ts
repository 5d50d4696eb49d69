import { columnFromArray, utf8, type Column } from "@uwdata/flechette";
import { columnType } from "./columnType.ts";

/** A column of values that were objects; as text where they are of several kinds. */
export function valueColumn(values: readonly unknown[]): Column<unknown> {
  const type = columnType(values);
  return type === undefined ? columnFromArray(values.map(asText), utf8()) : columnFromArray([...values], type);
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  // Functions and symbols are nothing to JSON.
  return JSON.stringify(value, writable);
}

const writable = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
