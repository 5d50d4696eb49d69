// Bundles that are not the web page: entries for Node, and the self-contained entries of a Deno slot.

import { existsSync } from "node:fs";
import { join } from "node:path";

const root = import.meta.dirname;

const nodeEntries = {
  meshbook: "workers/cli/main.ts",
  broker: "broker/mqtt/process/main.ts",
  exporter: "broker/exports/main.ts",
  agent: "workers/agent/main.ts",
};
const slotEntries = {
  slotMain: "workers/agent/slot/slotMain.ts",
  slotWorker: "workers/agent/slot/slotWorker.ts",
};

const present = (entries) => Object.entries(entries).filter(([, file]) => existsSync(join(root, file)));

/**
 * Packages that load files of their own stay where npm put them. All others are bundled: a host that reads some files
 * instead of hundreds starts with a quarter less work.
 */
const LOAD_OWN_FILES = ["classic-level", "pyodide", "@duckdb/duckdb-wasm"];
const staysOutside = (id) =>
  id.startsWith("node:") || LOAD_OWN_FILES.some((name) => id === name || id.startsWith(`${name}/`));

/** The hash in a chunk's name lets a host that runs keep importing its own chunks after a rebuild. */
const node = {
  cwd: root,
  input: Object.fromEntries(present(nodeEntries)),
  platform: "node",
  external: staysOutside,
  output: {
    dir: "dist/node",
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
  },
};

/** A slot may read nothing but its own file, so each entry holds all it needs. */
const slot = ([name, file]) => ({
  cwd: root,
  input: { [name]: file },
  platform: "neutral",
  // Pyodide names modules of Node that it never asks for in a worker.
  external: /^(node:|ws$)/,
  resolve: { conditionNames: ["import", "default"], mainFields: ["module", "main"] },
  output: { dir: "dist/slot", format: "esm", entryFileNames: "[name].mjs", codeSplitting: false },
});

export default [node, ...present(slotEntries).map(slot)];
