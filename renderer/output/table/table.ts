// Tables as outputs show them: read by row and column, sorted and filtered without being copied.

/** What a column holds, which decides how it is aligned and sorted. */
export type ColumnKind = "number" | "text";

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly at: (row: number) => unknown;
}

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

export interface TableView {
  /** Column by its place, and its direction; undefined for the order the rows came in. */
  readonly sort: { readonly column: number; readonly descending: boolean } | undefined;
  /** Rows in which some cell contains this text, in any case. */
  readonly filter: string;
}

/** Letters of one cell that are shown and searched: a page of a book in a cell is not for reading in a table. */
const CELL_LIMIT = 300;
/** Rows above which text is compared by its code units: a language's own order takes ten times as long. */
const COLLATE_LIMIT = 100_000;

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  const text = typeof value === "string" ? value : typeof value === "object" ? jsonOf(value) : scalarText(value);
  return text.length > CELL_LIMIT ? `${text.slice(0, CELL_LIMIT)}…` : text;
}

function scalarText(value: unknown): string {
  const isShown = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return isShown ? value.toString() : "";
}

const jsonOf = (value: object): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? part.toString() : ArrayBuffer.isView(part) ? `${part.byteLength} bytes` : part,
  );

/**
 * Rows of a view in its order, in steps: between two of them `pause` may end it by giving false, and then there is none.
 */
export async function viewRows(
  table: Table,
  { sort, filter }: TableView,
  pause: () => Promise<boolean>,
): Promise<Uint32Array | undefined> {
  const found =
    filter === "" ? Uint32Array.from({ length: table.rows }, (_, row) => row) : await search(table, filter, pause);
  const column = sort && table.columns[sort.column];
  if (found === undefined || column === undefined || !(await pause())) return found;
  return sortRows(found, column, sort?.descending === true);
}

/** Rows between two pauses: some 10 ms. */
const STEP = 20_000;

async function search(table: Table, filter: string, pause: () => Promise<boolean>): Promise<Uint32Array | undefined> {
  const wanted = filter.toLowerCase();
  const found = new Uint32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (row % STEP === STEP - 1 && !(await pause())) return undefined;
    if (table.columns.some(({ at }) => cellText(at(row)).toLowerCase().includes(wanted))) found[count++] = row;
  }
  return found.slice(0, count);
}

/** Empty cells come last in both directions; equal ones stay in the order they came in. */
function sortRows(rows: Uint32Array, column: Column, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1;
  const compare = column.kind === "number" ? numbersOf(rows, column) : textsOf(rows, column);
  const places = Uint32Array.from({ length: rows.length }, (_, place) => place);
  return places.sort((a, b) => compare(a, b, sign) || a - b).map((place) => rows[place] ?? 0);
}

type Compare = (a: number, b: number, sign: number) => number;

function numbersOf(rows: Uint32Array, { at }: Column): Compare {
  const keys = Float64Array.from(rows, (row) => numberOf(at(row)));
  return (a, b, sign) => {
    const [one, other] = [keys[a] ?? NaN, keys[b] ?? NaN];
    if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
    return sign * (one - other) || 0;
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : NaN;
}

function textsOf(rows: Uint32Array, { at }: Column): Compare {
  const keys = Array.from(rows, (row) => cellText(at(row)));
  const collator = rows.length > COLLATE_LIMIT ? undefined : new Intl.Collator(undefined, { numeric: true });
  return (a, b, sign) => {
    const [one, other] = [keys[a] ?? "", keys[b] ?? ""];
    if (one === "" || other === "") return Number(one === "") - Number(other === "");
    return sign * (collator?.compare(one, other) ?? (one < other ? -1 : one > other ? 1 : 0));
  };
}
