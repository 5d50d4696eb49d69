import { tableFromIPC, Type } from "@uwdata/flechette";
import Papa from "papaparse";
import { arrowValue, type ArrowField } from "#shared/formats/arrow/arrowValue.ts";
import { isRecord, readArray, readString, type JsonValue } from "#shared/base/parse.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import type { Column, Table } from "./table.ts";

/** More columns than anybody reads; each costs every row. */
const COLUMN_LIMIT = 1_000;
const NAME_LIMIT = 300;
/** Rows of a JSON table; it came whole through a page's memory. */
const JSON_ROW_LIMIT = 1_000_000;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads what an output says is a table. @throws Error for what is none */
export function readTable(mime: TableMime, body: JsonValue): Table {
  switch (mime) {
    case "text/csv":
      return readSeparated(textOf(body), "");
    case "text/tab-separated-values":
      return readSeparated(textOf(body), "\t");
    case "application/vnd.dataresource+json":
      return readResource(body);
    case "application/vnd.apache.arrow.stream":
    case "application/vnd.apache.arrow.file":
      return readArrow(Uint8Array.from(atob(textOf(body)), (letter) => letter.charCodeAt(0)));
  }
}

function textOf(body: JsonValue): string {
  if (typeof body !== "string") throw new Error("it is not text");
  return body;
}

/** `separator`: "" finds out. The first row names the columns. */
function readSeparated(text: string, separator: string): Table {
  const { data } = Papa.parse<string[]>(text, { delimiter: separator, skipEmptyLines: "greedy" });
  const [names = [], ...rows] = data;
  const columns = names.slice(0, COLUMN_LIMIT).map((name, index): Column => {
    const isNumber = rows.every((row) => (row[index] ?? "").trim() === "" || NUMBER.test((row[index] ?? "").trim()));
    const at = (row: number): unknown => {
      const cell = rows[row]?.[index] ?? "";
      return isNumber ? (cell.trim() === "" ? undefined : Number(cell)) : cell;
    };
    return { name, kind: isNumber ? "number" : "text", at };
  });
  return { rows: rows.length, columns };
}

/** A table as pandas and others write it: a schema, and rows as objects. */
function readResource(body: JsonValue): Table {
  const schema = isRecord(body) ? body["schema"] : undefined;
  const rows = isRecord(body)
    ? readArray(body["data"], JSON_ROW_LIMIT, (row) => (isRecord(row) ? row : {}))
    : undefined;
  const fields = isRecord(schema) ? readArray(schema["fields"], COLUMN_LIMIT, readField) : undefined;
  if (rows === undefined || fields === undefined) throw new Error("it has no schema and data");
  const columns = fields.map(({ name, type }): Column => {
    const kind = type === "integer" || type === "number" ? "number" : "text";
    return { name, kind, at: (row) => (Object.hasOwn(rows[row] ?? {}, name) ? rows[row]?.[name] : undefined) };
  });
  return { rows: rows.length, columns };
}

function readField(value: unknown): { readonly name: string; readonly type: string } | undefined {
  const name = isRecord(value) ? readString(value["name"], NAME_LIMIT) : undefined;
  return isRecord(value) && name !== undefined
    ? { name, type: readString(value["type"], NAME_LIMIT) ?? "" }
    : undefined;
}

function readArrow(bytes: Uint8Array): Table {
  const table = tableFromIPC(bytes, { useBigInt: true, useDate: true, useDecimalInt: true });
  if (table.numCols === 0) throw new Error("it has no columns");
  const columns = table.children.slice(0, COLUMN_LIMIT).map((child, index): Column => {
    const field = table.schema.fields[index] ?? { name: "", type: child.type };
    const at = (row: number): unknown => shownMoment(arrowValue(child.at(row), field), field);
    let first: unknown;
    for (let row = 0; row < table.numRows && (first === undefined || first === null); row++) first = at(row);
    const kind = typeof first === "number" || typeof first === "bigint" ? "number" : "text";
    return { name: field.name.slice(0, NAME_LIMIT), kind, at };
  });
  return { rows: table.numRows, columns };
}

/** A day has no hour, and a moment of no time zone is not in that of Greenwich. */
function shownMoment(value: unknown, { type }: ArrowField): unknown {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return value;
  const text = value.toISOString();
  if (type.typeId === Type.Date) return text.slice(0, text.indexOf("T"));
  return type.typeId === Type.Timestamp && type.timezone === null ? text.replace("T", " ").slice(0, -1) : value;
}
