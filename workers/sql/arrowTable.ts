// Tables on their way from and to other languages, without a copy of each value.

import * as arrow from "@uwdata/flechette";
import type { Column, DataType, Field, Table, TypedArray } from "@uwdata/flechette";
import type { ColumnTable, Numbers, TableColumn } from "../kernel/tables/ColumnTable.ts";
import { textColumn } from "../kernel/tables/recordColumns.ts";
import { arrowValue } from "#shared/formats/arrow/arrowValue.ts";
import { columnsOf, readArrow } from "./rowsOf.ts";
import { valueColumn } from "./valueColumn.ts";

/** As columns for other languages. `file`: of Arrow, as DuckDB writes it. */
export function columnTable(file: Uint8Array): ColumnTable {
  // Moments as dates lose what is smaller than a millisecond; what is in lists and objects is to be dates.
  const table = arrow.tableFromIPC(file, { useBigInt: true });
  const columns = columnsOf(readArrow(file)).map(({ field, column }, at) =>
    fromArrow(field, table.getChildAt(at), column),
  );
  return { rows: table.numRows, columns };
}

function fromArrow(field: Field, column: Column<unknown>, dated: Column<unknown>): TableColumn {
  const { name, type } = field;
  const valid = column.nullCount === 0 ? undefined : Uint8Array.from(column, (value) => Number(value !== null));
  const { typeId } = type;
  const isNumber = typeId === arrow.Type.Int || (typeId === arrow.Type.Float && type.precision !== HALF_PRECISION);
  if (isNumber) return { name, valid, kind: "number", values: joined(column) };
  if (typeId === arrow.Type.Bool) return { name, valid, kind: "boolean", values: Uint8Array.from(column, Number) };
  if (typeId === arrow.Type.Date || typeId === arrow.Type.Timestamp) {
    const naive = typeId === arrow.Type.Date || type.timezone === null;
    return { name, valid, kind: "time", naive, values: Float64Array.from(column, (at) => Number(at ?? 0)) };
  }
  const values = Array.from(dated, (value) => arrowValue(value, field));
  const numbers = typeId === arrow.Type.Decimal ? decimals(values, type.scale) : undefined;
  if (numbers !== undefined) return { name, valid, kind: "number", values: numbers };
  return textColumn(name, values) ?? { name, kind: "value", values };
}

/** Numbers that are no array of numbers. */
const HALF_PRECISION = arrow.Precision.HALF;

/** Sums of whole numbers are decimals to DuckDB. Undefined for such as 64 bits do not hold. */
function decimals(values: readonly unknown[], scale: number): Numbers | undefined {
  if (scale !== 0) return Float64Array.from(values, (value) => Number(value ?? 0));
  // reason: decimals without a fraction are read as whole numbers.
  const whole = (values as readonly (number | bigint | null)[]).map((value) => BigInt(value ?? 0));
  return whole.every((value) => value === BigInt.asIntN(64, value)) ? BigInt64Array.from(whole) : undefined;
}

/** Values of all batches, in one piece. */
function joined({ data, length }: Column<unknown>): Numbers {
  const parts = data.map((batch) => batch.values.subarray(0, batch.length));
  const [first = new Float64Array(0)] = parts;
  if (parts.length <= 1) return first;
  // reason: all batches of a column are of one kind.
  const whole = new (first.constructor as new (length: number) => Numbers)(length);
  let at = 0;
  for (const part of parts) {
    // reason: see above.
    (whole as Float64Array).set(part as Float64Array, at);
    at += part.length;
  }
  return whole;
}

/** A table from another language, as a stream of Arrow. */
export function arrowBytes({ columns, rows }: ColumnTable): Uint8Array {
  const table: Table = arrow.tableFromColumns(columns.map((column) => [column.name, toArrow(column, rows)]));
  const bytes = arrow.tableToIPC(table, { format: "stream" });
  if (bytes === null) throw new TypeError("it could not be written as a table");
  return bytes;
}

/** One column of a table from another language. */
export function toArrow(column: TableColumn, rows: number): Column<unknown> {
  switch (column.kind) {
    case "number":
      return column.whole === true
        ? arrowColumn(arrow.float64(), column, rows, { values: column.values })
        : arrowColumn(numberType(column.values), column, rows, { values: column.values });
    case "boolean":
      return arrowColumn(arrow.bool(), column, rows, { values: bits(column.values) });
    case "text":
      return arrowColumn(arrow.utf8(), column, rows, { values: column.values, offsets: column.offsets });
    case "time": {
      const values = BigInt64Array.from(column.values, (at) => BigInt(Math.round(at * 1_000)));
      // Without a zone: DuckDB computes with zones by an extension, and has none here.
      return arrowColumn(arrow.timestamp(arrow.TimeUnit.MICROSECOND), column, rows, { values });
    }
    case "value":
      return valueColumn(column.values);
  }
}

function arrowColumn(
  type: DataType,
  { valid }: TableColumn,
  length: number,
  buffers: { readonly values: TypedArray; readonly offsets?: Int32Array },
): Column<unknown> {
  // reason: it says nothing of what it gives.
  const Batch = arrow.batchType(type, { useBigInt: true, useBigIntTimestamp: true }) as typeof arrow.Batch<unknown>;
  const nullCount = valid === undefined ? 0 : valid.reduce((count, one) => count + Number(one === 0), 0);
  const validity = valid === undefined ? new Uint8Array(0) : bits(valid);
  return new arrow.Column([new Batch({ type, length, nullCount, validity, ...buffers })]);
}

function numberType(values: Numbers): DataType {
  if (values instanceof Float32Array) return arrow.float32();
  if (values instanceof Float64Array) return arrow.float64();
  const signed = values instanceof Int8Array || values instanceof Int16Array || values instanceof Int32Array;
  // reason: the widths that there are.
  const width = (values.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32 | 64;
  return arrow.int(width, signed || values instanceof BigInt64Array);
}

/** A bit for each byte that is not 0. */
function bits(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bytes.length / 8));
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0) packed[at >> 3] = (packed[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return packed;
}
