import type { JsonValue } from "#shared/base/parse.ts";
import { mib } from "#shared/base/units.ts";
import { inspectValue } from "../inspectValue.ts";
import { isPlain } from "./recordColumns.ts";

/** Up to here the text of a list names all of its items. */
const LISTED = 100;
/** Characters of a table that is shown whole, as of one of SQL or Python: it goes into every reader's store. */
const SHOWN_LIMIT = mib(3);
const COLUMN_LIMIT = 1_000;

/** A list of records as a table that readers can sort and search (`application/vnd.dataresource+json`). */
export interface RecordTable {
  readonly resource: JsonValue;
  /** Of a large list the first rows. */
  readonly rows: number;
}

/** Of a long list of plain objects; undefined for everything else. No getter is called, and no more is read than is shown. */
export function recordTable(value: unknown): RecordTable | undefined {
  if (!Array.isArray(value) || value.length <= LISTED) return undefined;
  const names = new Map<string, ColumnType>();
  const data: Record<string, JsonValue>[] = [];
  let size = 0;
  for (let at = 0; at < value.length && size < SHOWN_LIMIT; at++) {
    // reason: it is looked at next.
    const record: unknown = (value as readonly unknown[])[at];
    if (!isPlain(record)) return undefined;
    const row = rowOf(record, names);
    if (names.size > COLUMN_LIMIT) return undefined;
    size += JSON.stringify(row).length;
    data.push(row);
  }
  if (names.size === 0) return undefined;
  const fields = [...names].map(([name, type]) => ({ name, type: type ?? "string" }));
  return { resource: { schema: { fields }, data }, rows: data.length };
}

/** Of a column in which nothing has been yet: undefined. */
type ColumnType = "number" | "string" | undefined;

function rowOf(record: object, names: Map<string, ColumnType>): Record<string, JsonValue> {
  const entries = Object.keys(record).map((name): [string, JsonValue] => {
    const property = Object.getOwnPropertyDescriptor(record, name);
    const cell = property !== undefined && "value" in property ? shownValue(property.value) : "(…)";
    const type = cell === null ? undefined : typeof cell === "number" ? "number" : "string";
    const before = names.get(name);
    names.set(name, before === undefined || type === undefined ? (before ?? type) : before === type ? type : "string");
    return [name, cell];
  });
  // Not by assignment, which for some names would be another thing.
  return Object.fromEntries(entries);
}

function shownValue(value: unknown): JsonValue {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return inspectValue(value).replace(/\s*\n\s*/g, " ");
}
