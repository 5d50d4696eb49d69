import { releaseProxy, wrap, type Remote } from "comlink";
import type { JsonValue } from "#shared/base/parse.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import { ownProgram } from "../../adapters/trusted.ts";
import tableWorker from "./tableWorker.ts?worker&url";
import type { TableApi, TableFacts } from "./tableWorker.ts";

export type RemoteTable = Remote<TableApi>;

/** A table in a worker of its own, for one who shows it. */
interface OpenTable {
  readonly mime: TableMime;
  readonly body: JsonValue;
  readonly remote: RemoteTable;
  /** Rejects, for people, for what is no table. */
  readonly facts: Promise<TableFacts>;
  readonly end: () => void;
}

/**
 * How long a table stays after it was left (milliseconds): when its cell ends, its output stands in another place, and a large
 * one must not be read once more.
 */
const KEPT = 2_000;

const shown = new Map<RemoteTable, OpenTable>();
const left = new Map<RemoteTable, { readonly table: OpenTable; readonly timer: number }>();

/** The same table, if it was left just now; else a new worker that reads it. */
export function takeTable(mime: TableMime, body: JsonValue): Pick<OpenTable, "remote" | "facts"> {
  const known = [...left.values()].find(({ table }) => table.mime === mime && table.body === body);
  if (known !== undefined) {
    clearTimeout(known.timer);
    left.delete(known.table.remote);
  }
  const table = known?.table ?? openTable(mime, body);
  shown.set(table.remote, table);
  return table;
}

/** It is not shown any more where it was taken. */
export function leaveTable(remote: RemoteTable): void {
  const table = shown.get(remote);
  if (table === undefined) return;
  shown.delete(remote);
  const timer = window.setTimeout(() => {
    left.delete(remote);
    table.end();
  }, KEPT);
  left.set(remote, { table, timer });
}

function openTable(mime: TableMime, body: JsonValue): OpenTable {
  const worker = new Worker(ownProgram(tableWorker), { type: "module" });
  const remote = wrap<TableApi>(worker);
  const facts = new Promise<TableFacts>((resolve, reject) => {
    worker.onerror = () => reject(new Error("the program that reads tables did not start"));
    remote.open(mime, body).then(resolve, reject);
  });
  const end = (): void => {
    worker.onerror = null;
    remote[releaseProxy]();
    worker.terminate();
  };
  return { mime, body, remote, facts, end };
}
