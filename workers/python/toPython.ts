import type { ColumnTable } from "../kernel/tables/ColumnTable.ts";
import { recordColumns } from "../kernel/tables/recordColumns.ts";

export interface PythonConverter {
  /** Plain data, maps and sets. */
  data(value: unknown): unknown;
  /** A point in time, in milliseconds since 1970. */
  moment(at: number): unknown;
}

/** Deeper than data that somebody wrote; a value that contains itself is refused before. */
const DEPTH_LIMIT = 100;

/**
 * A value of JavaScript as Python has it: plain data by its meaning, bytes as `bytes`, other typed arrays as memory
 * views. @throws TypeError for what is no plain data, with the name of the variable and the reason
 */
export function toPython(value: unknown, name: string, convert: PythonConverter): unknown {
  return convert.data(prepare(value, name, { convert, around: [] }));
}

/**
 * A table as tables.py reads it: its bytes as memory views. @throws TypeError for what is in it that is no plain data, as
 * `toPython`
 */
export function tableToPython(table: ColumnTable, name: string, convert: PythonConverter): unknown {
  const columns = table.columns.map((column) =>
    column.kind === "value"
      ? { ...column, values: column.values.map((value) => prepare(value, name, { convert, around: [table] })) }
      : column,
  );
  return convert.data({ ...table, columns });
}

/** A long list of records that are alike, as a table; undefined for everything else. */
export function recordsToPython(value: unknown, name: string, convert: PythonConverter): unknown {
  const table = recordColumns(value);
  return table && tableToPython(table, name, convert);
}

interface Place {
  readonly convert: PythonConverter;
  /** What the value is a part of, from the outermost. */
  readonly around: readonly object[];
}

/** A copy in which everything is what Pyodide turns into the right thing. */
function prepare(value: unknown, name: string, { convert, around }: Place): unknown {
  // In Python there is one nothing.
  if (value === null || value === undefined) return undefined;
  if (typeof value === "function") return refuse(name, around, "it is a function");
  if (typeof value === "symbol") return refuse(name, around, "it is a symbol");
  if (typeof value !== "object") return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  if (around.includes(value)) return refuse(name, around, "it contains itself");
  if (around.length >= DEPTH_LIMIT) return refuse(name, around, "it is nested too deeply");
  const within = (inner: unknown): unknown => prepare(inner, name, { convert, around: [...around, value] });
  if (Array.isArray(value)) return value.map(within);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [within(key), within(item)]));
  if (value instanceof Set) return new Set([...value].map(within));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : convert.moment(value.getTime());
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return refuse(name, around, `it is a ${value.constructor.name}, and only plain data can`);
  }
  return new Map(Object.entries(value).map(([key, item]) => [key, within(item)]));
}

function refuse(name: string, around: readonly object[], reason: string): never {
  const part = around.length === 0 ? `“${name}”` : `a part of “${name}”`;
  throw new TypeError(`${part} cannot be read from another language: ${reason}`);
}
