import { tableFromIPC, type Column, type Field, type Table } from "@uwdata/flechette";
import { arrowValue } from "#shared/formats/arrow/arrowValue.ts";

/** Reads Arrow so that `arrowValue` makes plain data of its values. */
export const readArrow = (file: Uint8Array): Table =>
  tableFromIPC(file, { useBigInt: true, useDate: true, useDecimalInt: true });

/** A table as other languages have it: a list of plain objects. */
export function rowsOf(table: Table): readonly Readonly<Record<string, unknown>>[] {
  const columns = columnsOf(table);
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(({ field, column }) => [field.name, arrowValue(column.at(row), field)])),
  );
}

interface FieldColumn {
  readonly field: Field;
  readonly column: Column<unknown>;
}

/** The columns, each with what the schema says of it. */
export const columnsOf = ({ schema, children }: Table): readonly FieldColumn[] =>
  schema.fields.flatMap((field, at) => {
    const column = children[at];
    return column === undefined ? [] : [{ field, column }];
  });
