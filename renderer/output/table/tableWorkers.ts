import { releaseProxy, wrap, type Remote } from "comlink";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import { ownProgram } from "../../adapters/trusted.ts";
import { OpenTables, type OpenedTable } from "./OpenTables.ts";
import tableWorker from "./tableWorker.ts?worker&url";
import type { TableApi, TableFacts } from "./tableWorker.ts";

export type RemoteTable = Remote<TableApi>;

/** A table in a worker of its own. */
interface WorkerTable extends OpenedTable {
  readonly remote: RemoteTable;
  /** Rejects, for people, for what is no table. */
  readonly facts: Promise<TableFacts>;
}

/** Those of this page. */
export const openTables = new OpenTables<WorkerTable>(openTable, systemClock);

function openTable(mime: TableMime, body: JsonValue): WorkerTable {
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
  return { remote, facts, end };
}
