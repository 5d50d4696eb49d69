import { isRecord, type JsonValue } from "#shared/base/parse.ts";

/** More columns than these are read better as a tree. */
const COLUMN_LIMIT = 100;
/** One record is read better as a tree too. */
const LEAST_ROWS = 2;

/** The columns of a list whose entries are all records, in the order in which they first come; undefined if it is no such list. */
export function recordColumns(value: JsonValue): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length < LEAST_ROWS) return undefined;
  const names = new Set<string>();
  for (const row of value) {
    if (!isRecord(row)) return undefined;
    for (const name of Object.keys(row)) names.add(name);
    if (names.size > COLUMN_LIMIT) return undefined;
  }
  return names.size === 0 ? undefined : [...names];
}

/** The same list as a data resource, the form of tables that `TableOutput` reads. */
export function recordsTable(rows: JsonValue, columns: readonly string[]): JsonValue {
  const values = (name: string): unknown[] =>
    (Array.isArray(rows) ? rows : []).map((row) => isRecord(row) && row[name]);
  const fields = columns.map((name) => {
    const isNumber = values(name).every((value) => typeof value === "number" || value === undefined || value === null);
    return { name, type: isNumber ? "number" : "string" };
  });
  return { schema: { fields }, data: rows };
}
