// The files from which SQL starts. The build makes them (workers/sql/buildSql.mjs); as with Python, whoever owns a kernel's
// worker reads them and hands them in, because the worker itself can read nothing.

import { isRecord, readString } from "../base/parse.ts";

/** Where a page finds the addresses of the files. The same build serves both. */
export const SQL_INDEX_PATH = "/sql.json";

/** `engine`: ours, around DuckDB's own program and its code. */
export const SQL_FILES = ["engine", "duckdb", "wasm"] as const;
export type SqlFile = (typeof SQL_FILES)[number];

/** Contents. As blobs they are handles: handing them from process to process copies nothing. */
export type SqlFiles = Readonly<Record<SqlFile, Blob>>;

const ADDRESS_LIMIT = 200;

/** Reads `SQL_INDEX_PATH`: the address of each file. Undefined if one is missing. */
export function parseSqlIndex(value: unknown): Readonly<Record<SqlFile, string>> | undefined {
  const files = isRecord(value) ? value["files"] : undefined;
  if (!isRecord(files)) return undefined;
  const read = (name: SqlFile): string | undefined => {
    const address = readString(files[name], ADDRESS_LIMIT);
    return address?.startsWith("/") ? address : undefined;
  };
  const [engine, duckdb, wasm] = SQL_FILES.map(read);
  return engine === undefined || duckdb === undefined || wasm === undefined ? undefined : { engine, duckdb, wasm };
}
