// Entry of the program by which a worker executes SQL: loaded when its first cell in SQL runs, because most notebooks have
// none, and with it come readers of Arrow and Parquet.

import type { SqlFiles } from "#shared/contracts/kernel/sqlFiles.ts";
import type { LanguageRuntime } from "../kernel/LanguageRuntime.ts";
import { Database } from "./Database.ts";
import type { DuckDb, DuckDbModule } from "./duckdbApi.ts";
import { SqlRuntime } from "./SqlRuntime.ts";
import type { SqlSurroundings } from "./sqlSurroundings.ts";

/** An address that exists nowhere: what DuckDB asks for there is handed in. */
const NOWHERE = "https://duckdb.invalid/duckdb.wasm";

/** Starts DuckDB in this thread, from files and nothing else. @throws Error saying why it cannot start */
export async function startSql(files: SqlFiles, surroundings: SqlSurroundings): Promise<LanguageRuntime> {
  const address = URL.createObjectURL(new Blob([files.duckdb], { type: "text/javascript" }));
  const restore = serveCode(files.wasm);
  try {
    // reason: DuckDB's build for a worker that waits; of its interface we use what duckdbApi.ts says.
    const module = (await import(/* @vite-ignore */ address)) as DuckDbModule;
    const duckdb: DuckDb = await module.createDuckDB(
      { mvp: { mainModule: NOWHERE, mainWorker: "" }, eh: { mainModule: NOWHERE, mainWorker: "" } },
      new module.VoidLogger(),
      module.DEFAULT_RUNTIME,
    );
    await duckdb.instantiate(() => undefined);
    return new SqlRuntime(new Database(duckdb), surroundings);
  } finally {
    restore();
    URL.revokeObjectURL(address);
  }
}

/** Lets `fetch` answer with the code until it is put back. */
function serveCode(wasm: Blob): () => void {
  const original = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  // Compiled while it is read.
  const value = (): Promise<Response> =>
    Promise.resolve(new Response(wasm, { headers: { "Content-Type": "application/wasm" } }));
  Object.defineProperty(globalThis, "fetch", { value, configurable: true, writable: true });
  return () => {
    if (original === undefined) Reflect.deleteProperty(globalThis, "fetch");
    else Object.defineProperty(globalThis, "fetch", original);
  };
}
