// The files from which SQL starts. The build makes them (workers/sql/buildSql.mjs); see lateFiles.ts.

/** Where a page finds the addresses of the files. The same build serves both. */
export const SQL_INDEX_PATH = "/sql.json";

/** `engine`: ours, around DuckDB's own program and its code. */
export const SQL_FILES = ["engine", "duckdb", "wasm"] as const;
export type SqlFile = (typeof SQL_FILES)[number];

/** Contents. As blobs they are handles: handing them from process to process copies nothing. */
export type SqlFiles = Readonly<Record<SqlFile, Blob>>;
