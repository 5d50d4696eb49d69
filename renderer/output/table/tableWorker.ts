// Holds one table beside the page, which asks for what it shows: a million rows never keep it from answering.

import { expose } from "comlink";
import type { JsonValue } from "#shared/base/parse.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import { nextTask } from "#shared/base/nextTask.ts";
import { readTable } from "./readTable.ts";
import { cellText, viewRows, type ColumnKind, type Table, type TableView } from "./table.ts";

export interface TableFacts {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
}

let table: Table = { rows: 0, columns: [] };
let shown: Uint32Array | undefined;
let views = 0;

const api = {
  /** @throws Error for what is no table */
  open(mime: TableMime, body: JsonValue): TableFacts {
    table = readTable(mime, body);
    return { rows: table.rows, columns: table.columns.map(({ name, kind }) => ({ name, kind })) };
  },

  /** Number of rows of the view, which pages are then of; undefined if another view was asked for meanwhile. */
  async show(view: TableView): Promise<number | undefined> {
    const own = ++views;
    const rows = await viewRows(table, view, async () => {
      await nextTask();
      return own === views;
    });
    if (rows === undefined || own !== views) return undefined;
    shown = rows;
    return rows.length;
  },

  page(from: number, count: number): readonly (readonly string[])[] {
    return [...(shown ?? []).slice(from, from + count)].map((row) => table.columns.map(({ at }) => cellText(at(row))));
  },
};

export type TableApi = typeof api;

expose(api);
