import { inspectValue } from "./inspectValue.ts";

/** Rows of one table that are printed. */
const ROW_LIMIT = 200;
const COLUMN_LIMIT = 30;
const VALUES = "value";

/** What `console.table` prints: rows of a list or an object, one column per property. Other values as they are. */
export function formatTable(data: unknown): string {
  if (typeof data !== "object" || data === null) return inspectValue(data);
  const rows = Object.entries(data).slice(0, ROW_LIMIT);
  const columns = [...new Set(rows.flatMap(([, row]) => columnsOf(row)))].slice(0, COLUMN_LIMIT);
  const lines = [
    ["", ...columns],
    ...rows.map(([index, row]) => [index, ...columns.map((column) => cellOf(row, column))]),
  ];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  const text = lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  text.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  return text.join("\n");
}

const columnsOf = (row: unknown): readonly string[] =>
  typeof row === "object" && row !== null ? Object.keys(row) : [VALUES];

function cellOf(row: unknown, column: string): string {
  if (typeof row !== "object" || row === null) return column === VALUES ? inspectValue(row) : "";
  const property = Object.getOwnPropertyDescriptor(row, column);
  return property === undefined || !("value" in property) ? "" : inspectValue(property.value).replaceAll("\n", " ");
}
