// Makes what SQL runs from: our engine, and DuckDB for WebAssembly as its package has it.

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "../..");
/** Below the hashed files of the page: they never change, and browsers keep them once they were needed. */
const WEB_FOLDER = "assets/later";

/**
 * Writes the files into a finished web build, and sql.json with their addresses.
 * @param {string} outDir of the web build
 */
export async function buildSql(outDir) {
  await mkdir(join(outDir, WEB_FOLDER), { recursive: true });
  const duckdb = dirname(createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"));
  const contents = [
    ["engine", "sql-engine.mjs", await bundle("workers/sql/sqlEngine.ts")],
    ["duckdb", "duckdb.mjs", await bundle(join(duckdb, "duckdb-browser-blocking.mjs"))],
    ["wasm", "duckdb.wasm", await readFile(join(duckdb, "duckdb-eh.wasm"))],
  ];
  const files = {};
  for (const [role, name, content] of contents) {
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const extension = extname(name);
    files[role] = `/${WEB_FOLDER}/${name.slice(0, -extension.length)}-${hash}${extension}`;
    await writeFile(join(outDir, files[role]), content);
  }
  await writeFile(join(outDir, "sql.json"), JSON.stringify({ files }));
}

/** A module that imports nothing: a worker of the runner frame can load nothing. */
async function bundle(input) {
  const build = await rolldown({ cwd: root, input, platform: "browser", external: /^node:/, logLevel: "silent" });
  const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}
