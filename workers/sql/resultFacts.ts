import { formatBytes } from "#shared/base/units.ts";
import { FACT_LIMITS, MEMBER_NAME_LIMIT, MEMBERS_LIMIT } from "#shared/contracts/kernel/valueQuestion.ts";
import type { ValueFacts } from "#shared/ports/Kernel.ts";
import { arrowValue } from "#shared/formats/arrow/arrowValue.ts";
import type { SqlResult } from "./Database.ts";
import { columnsOf } from "./rowsOf.ts";

/** Columns that a preview names. */
const COLUMNS = 8;
/** Characters of a text in it. */
const TEXT = 40;

/** What a result of a query is. Reads its first row and no others. */
export function resultFacts({ table, file }: SqlResult, members: boolean): ValueFacts {
  const { numRows, numCols, names } = table;
  return {
    type: "table",
    size: cut(
      `${counted(numRows, "row")} × ${counted(numCols, "column")}, ${formatBytes(file.byteLength)}`,
      FACT_LIMITS.size,
    ),
    preview: cut(numRows === 0 ? names.join(", ") : firstRow(table), FACT_LIMITS.preview),
    signature: undefined,
    doc: undefined,
    members: members
      ? names.slice(0, MEMBERS_LIMIT).map((name) => ({ name: cut(name, MEMBER_NAME_LIMIT), kind: "value" }))
      : [],
  };
}

function firstRow(table: SqlResult["table"]): string {
  const { numRows, numCols } = table;
  const columns = columnsOf(table).slice(0, COLUMNS);
  const parts = columns.map(({ field, column }) => `${field.name}: ${shown(arrowValue(column.at(0), field))}`);
  const row = `{ ${[...parts, ...(numCols > COLUMNS ? ["…"] : [])].join(", ")} }`;
  return numRows > 1 ? `[${row}, …]` : `[${row}]`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value, TEXT));
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[…]" : "{…}";
  return String(value);
}

const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
