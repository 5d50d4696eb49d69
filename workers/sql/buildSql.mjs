// Makes what SQL runs from: our engine, and DuckDB for WebAssembly as its package has it.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { bundleAlone, writeLateFiles } from "../later/lateFiles.mjs";

/**
 * Writes the files into a finished web build, and sql.json with their addresses.
 * @param {string} outDir of the web build
 */
export async function buildSql(outDir) {
  await writeLateFiles(outDir, "sql.json", await sqlFiles());
}

/** @returns {Promise<(readonly [role: string, name: string, content: string | Uint8Array])[]>} */
export async function sqlFiles() {
  const duckdb = dirname(createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"));
  return [
    ["engine", "sql-engine.mjs", await bundleAlone("workers/sql/sqlEngine.ts")],
    ["duckdb", "duckdb.mjs", await bundleAlone(join(duckdb, "duckdb-browser-blocking.mjs"))],
    ["wasm", "duckdb.wasm", await readFile(join(duckdb, "duckdb-eh.wasm"))],
  ];
}
