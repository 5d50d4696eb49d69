import type { ColumnTable, TableColumn } from "./ColumnTable.ts";

/** Lists of fewer records go as they are: the detour costs more than it saves. */
const RECORDS = 1_000;

/** A long list of plain objects that are alike, as columns; undefined for everything else, which goes value by value. */
export function recordColumns(value: unknown): ColumnTable | undefined {
  if (!Array.isArray(value) || value.length < RECORDS) return undefined;
  // reason: its items are looked at one by one.
  const list = value as readonly unknown[];
  const names = isPlain(list[0]) ? Object.keys(list[0]) : [];
  if (names.length === 0 || !list.every((record) => isPlain(record) && hasNames(record, names))) return undefined;
  // reason: each was just found to be one.
  const records = list as readonly Readonly<Record<string, unknown>>[];
  const columns = names.map((name) =>
    columnOf(
      name,
      records.map((record) => record[name]),
    ),
  );
  return { rows: records.length, columns };
}

/** An object as literals make them. */
export const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

function hasNames(record: object, names: readonly string[]): boolean {
  const own = Object.keys(record);
  return own.length === names.length && own.every((name, at) => name === names[at]);
}

function columnOf(name: string, values: readonly unknown[]): TableColumn {
  const kinds = new Set(values.map(kindOf));
  const missing = kinds.delete("nothing");
  const valid = missing ? validOf(values) : undefined;
  const [kind] = kinds.size === 1 ? kinds : [];
  if (kind === "number") return { name, valid, kind, whole: true, values: Float64Array.from(values, numberOf) };
  if (kind === "boolean") return { name, valid, kind, values: Uint8Array.from(values, numberOf) };
  if (kind === "time") return { name, valid, kind, values: Float64Array.from(values, numberOf) };
  return textColumn(name, values) ?? { name, kind: "value", values };
}

/** 0 where there is no value. */
const numberOf = (value: unknown): number => (kindOf(value) === "nothing" ? 0 : Number(value));

/** A column of texts, some of which may be missing; undefined for others. */
export function textColumn(name: string, values: readonly unknown[]): TableColumn | undefined {
  const kinds = new Set(values.map(kindOf));
  const valid = kinds.has("nothing") ? validOf(values) : undefined;
  kinds.delete("nothing");
  if (kinds.size !== 1 || !kinds.has("string")) return undefined;
  // reason: all of them were found to be texts, or nothing.
  return { name, valid, kind: "text", ...joined(values as (string | undefined)[]) };
}

const validOf = (values: readonly unknown[]): Uint8Array =>
  Uint8Array.from(values, (value) => Number(kindOf(value) !== "nothing"));

const HALF = /\p{Surrogate}/u;

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "nothing" : "time";
  // Half of a letter has no UTF-8.
  return typeof value === "string" && HALF.test(value) ? "odd" : typeof value;
}

function joined(texts: readonly (string | null | undefined)[]): {
  readonly values: Uint8Array;
  readonly offsets: Int32Array;
} {
  const encoder = new TextEncoder();
  const whole = texts.map((text) => text ?? "").join("");
  const values = encoder.encode(whole);
  const offsets = new Int32Array(texts.length + 1);
  const letters = values.byteLength === whole.length;
  let at = 0;
  for (const [row, text] of texts.entries()) {
    at += letters ? (text ?? "").length : encoder.encode(text ?? "").byteLength;
    offsets[row + 1] = at;
  }
  return { values, offsets };
}
