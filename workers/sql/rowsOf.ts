import type { Table } from "@uwdata/flechette";
import { isNumbers, isObject } from "./columnType.ts";

/** A table as other languages have it: a list of plain objects. */
export function rowsOf(table: Table): readonly Readonly<Record<string, unknown>>[] {
  const columns = table.names.map((name) => [name, table.getChild(name)] as const);
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, plain(column.at(row))])),
  );
}

/** Whole numbers that a number holds exactly are numbers; lists are lists. */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (isNumbers(value) && !(value instanceof Uint8Array)) return Array.from(value, plain);
  if (!isObject(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
