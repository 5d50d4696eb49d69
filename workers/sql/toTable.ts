import { columnFromArray, tableFromColumns, tableToIPC, type Column, type TypedArray } from "@uwdata/flechette";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { textColumn } from "../kernel/tables/recordColumns.ts";
import { toArrow } from "./arrowTable.ts";
import { isNumbers, isObject } from "./columnType.ts";
import type { TableBytes } from "./Database.ts";
import { valueColumn } from "./valueColumn.ts";

/** Columns of the table of a list of values that are no objects. */
const VALUE = "value";

/**
 * A value of the notebook as a table: a list of objects, an object of columns that are lists or typed arrays, or what a
 * file holds as text or bytes – CSV, JSON, Parquet or Arrow, told apart by how they begin.
 * @throws TypeError saying why it is none
 */
export async function toTable(value: unknown): Promise<TableBytes> {
  if (Array.isArray(value)) return fromRows(value);
  if (typeof value === "string") return fromText(value, new TextEncoder().encode(value));
  if (value instanceof ArrayBuffer) return fromBytes(new Uint8Array(value));
  if (value instanceof Uint8Array) return fromBytes(value);
  if (isNumbers(value)) return fromColumns([[VALUE, value]]);
  if (isObject(value)) {
    const columns = Object.entries(value);
    const [first] = columns;
    if (first !== undefined && columns.every(([, column]) => isColumn(column, lengthOf(first[1])))) {
      // reason: each was just found to be one.
      return fromColumns(columns as readonly (readonly [string, ArrayLike<unknown>])[]);
    }
  }
  throw new TypeError(
    `it is ${described(value)}. A table is a list of objects, an object of lists that are as long as one another, ` +
      "or the text or bytes of a CSV, JSON, Parquet or Arrow file.",
  );
}

/** True for what a query reads as a table where a table stands, and not as a value. */
export const isTableLike = (value: unknown): boolean => typeof value === "object" && value !== null;

const isColumn = (value: unknown, length: number | undefined): boolean =>
  (Array.isArray(value) || isNumbers(value)) && lengthOf(value) === length;

const lengthOf = (value: unknown): number | undefined =>
  Array.isArray(value) || isNumbers(value) ? value.length : undefined;

function described(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === "object" ? "an object of another kind" : `a ${typeof value}`;
}

function fromRows(rows: readonly unknown[]): TableBytes {
  if (!rows.every(isRow)) return fromColumns([[VALUE, rows]]);
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row ?? {})) names.add(name);
  if (names.size === 0) throw new TypeError("it is a list without a column: a table needs at least one");
  return fromColumns([...names].map((name) => [name, rows.map((row) => row?.[name])]));
}

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> | undefined | null =>
  value === undefined || value === null || (isObject(value) && !(value instanceof Date));

function fromColumns(columns: readonly (readonly [string, ArrayLike<unknown>])[]): TableBytes {
  const table = tableFromColumns(
    columns.map(([name, column]) => [
      name,
      // reason: what is no list was found to be a typed array.
      isNumbers(column) ? columnFromArray(column as unknown as TypedArray) : listColumn(Array.from(column)),
    ]),
  );
  const bytes = tableToIPC(table, { format: "stream" });
  if (bytes === null) throw new TypeError("it could not be written as a table");
  return { arrow: bytes };
}

/** Texts all at once: one by one they take longer than everything else. */
function listColumn(values: readonly unknown[]): Column<unknown> {
  const texts = values.some((value) => typeof value === "string") ? textColumn("", values) : undefined;
  return texts === undefined ? valueColumn(values) : toArrow(texts, values.length);
}

async function fromBytes(bytes: Uint8Array): Promise<TableBytes> {
  const head = String.fromCharCode(...bytes.subarray(0, 6));
  if (head.startsWith("PAR1")) return fromRows(await readParquet(bytes));
  if (head === "ARROW1") return { arrow: bytes.subarray(8) };
  // The mark of a message in a stream.
  if (head.startsWith("\xff\xff\xff\xff")) return { arrow: bytes };
  return fromText(new TextDecoder().decode(bytes), bytes);
}

function readParquet(bytes: Uint8Array): Promise<readonly unknown[]> {
  const { buffer, byteOffset, byteLength } = bytes;
  const slice = (start: number, end = byteLength): ArrayBuffer =>
    // reason: of memory that is not shared, slices are not shared.
    buffer.slice(byteOffset + start, byteOffset + end) as ArrayBuffer;
  return parquetReadObjects({ file: { byteLength, slice }, compressors });
}

function fromText(text: string, bytes: Uint8Array): TableBytes {
  const head = text.trimStart().charAt(0);
  if (head === "[" || head === "{") {
    const rows = readJson(text);
    if (rows !== undefined) return fromRows(rows);
  }
  if (text.trim() === "") throw new TypeError("it is an empty text");
  return { csv: bytes };
}

/** A list, one object, or an object a line; undefined for what is no JSON. */
function readJson(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as readonly unknown[]) : [value]; // reason: items are looked at one by one
  } catch {
    try {
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      return lines.map((line): unknown => JSON.parse(line));
    } catch {
      // CSV may begin like JSON.
      return undefined;
    }
  }
}
