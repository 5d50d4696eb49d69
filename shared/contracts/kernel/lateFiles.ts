// Files of the build that a page gets when a cell first needs them (workers/later/lateFiles.mjs). Whoever owns a kernel's
// worker reads them and hands them in, because the worker itself can read nothing.

import { isRecord, readString } from "../../base/parse.ts";

const ADDRESS_LIMIT = 200;

/** Reads an index: the address of each file. Undefined if one is missing. */
export function parseLateIndex<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Readonly<Record<Name, string>> | undefined {
  const files = isRecord(value) ? value["files"] : undefined;
  if (!isRecord(files)) return undefined;
  const read = names.map((name) => [name, readString(files[name], ADDRESS_LIMIT)] as const);
  if (!read.every(([, address]) => address?.startsWith("/") === true)) return undefined;
  // reason: each name has an address, as was just seen.
  return Object.fromEntries(read) as Record<Name, string>;
}

/** Names that they have for an agent's slot, in one folder (`buildSlotFiles`). */
export const LATE_FILE_NAMES = {
  sql: { engine: "sql-engine.mjs", duckdb: "duckdb.mjs", wasm: "duckdb.wasm" },
  plot: { engine: "plot.mjs" },
} as const;
export type LatePart = keyof typeof LATE_FILE_NAMES;
