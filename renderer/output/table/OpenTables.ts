import type { JsonValue } from "#shared/base/parse.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/**
 * How long a table stays after it was left: when its cell ends, its output stands in another place, and a large one must not be
 * read once more.
 */
export const TABLE_KEPT: Milliseconds = ms(2_000);

/** A table that was read for one who shows it, and takes memory until it is ended. */
export interface OpenedTable {
  readonly end: () => void;
}

interface Known<Table> {
  readonly table: Table;
  readonly mime: TableMime;
  readonly body: JsonValue;
}

/** Tables that are shown, each by one, and those that were left just now. */
export class OpenTables<Table extends OpenedTable> {
  readonly #open: (mime: TableMime, body: JsonValue) => Table;
  readonly #clock: Clock;
  readonly #shown = new Map<Table, Known<Table>>();
  readonly #left = new Map<Table, Known<Table> & { readonly stopEnding: () => void }>();

  constructor(open: (mime: TableMime, body: JsonValue) => Table, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** The same table, if it was left just now; else it is read. */
  take(mime: TableMime, body: JsonValue): Table {
    const left = [...this.#left.values()].find((known) => known.mime === mime && known.body === body);
    if (left !== undefined) {
      left.stopEnding();
      this.#left.delete(left.table);
    }
    const table = left?.table ?? this.#open(mime, body);
    this.#shown.set(table, { table, mime, body });
    return table;
  }

  /** It is not shown any more where it was taken. */
  leave(table: Table): void {
    const known = this.#shown.get(table);
    if (known === undefined) return;
    this.#shown.delete(table);
    const stopEnding = this.#clock.after(TABLE_KEPT, () => {
      this.#left.delete(table);
      table.end();
    });
    this.#left.set(table, { ...known, stopEnding });
  }
}
