import type { ColumnTable, TableColumn } from "./ColumnTable.ts";

/** A table as cells in JavaScript have it: a list of plain objects. */
export function recordsOf({ rows, columns }: ColumnTable): Readonly<Record<string, unknown>>[] {
  const lists = columns.map((column) => [column.name, valuesOf(column)] as const);
  return Array.from({ length: rows }, (_, row) => {
    const record: Record<string, unknown> = {};
    for (const [name, values] of lists) {
      // As any other property: an assignment would set the prototype.
      if (name === "__proto__") Object.defineProperty(record, name, { ...OWN, value: values[row] });
      else record[name] = values[row];
    }
    return record;
  });
}

const OWN = { configurable: true, enumerable: true, writable: true };

/** The values of a column, one by one; `null` where there is none. */
export function valuesOf(column: TableColumn): readonly unknown[] {
  const { valid } = column;
  const values = plainValues(column);
  return valid === undefined ? values : values.map((value, row) => (valid[row] === 0 ? null : value));
}

function plainValues(column: TableColumn): readonly unknown[] {
  switch (column.kind) {
    case "number":
      return isBig(column.values) ? Array.from(column.values, exactNumber) : Array.from<number>(column.values);
    case "boolean":
      return Array.from(column.values, (value) => value !== 0);
    case "text":
      return textsOf(column.values, column.offsets);
    case "time":
      return Array.from(column.values, (at) => new Date(at));
    case "value":
      return column.values;
  }
}

const isBig = (values: ArrayLike<number> | ArrayLike<bigint>): values is BigInt64Array | BigUint64Array =>
  values instanceof BigInt64Array || values instanceof BigUint64Array;

/** Whole numbers that a number holds exactly are numbers. */
function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function textsOf(data: Uint8Array, offsets: Int32Array): readonly string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const rows = Math.max(0, offsets.length - 1);
  const whole = decoder.decode(data);
  // Letters are bytes then.
  const letters = whole.length === data.byteLength;
  return Array.from({ length: rows }, (_, row) => {
    const [start, end] = [offsets[row], offsets[row + 1]];
    return letters ? whole.slice(start, end) : decoder.decode(data.subarray(start, end));
  });
}
