// Bundles that are not the web page: entries for Node, and the self-contained entries of a Deno slot.

import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";

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

/** Installed packages stay where npm put them; `#shared/…` and relative paths are ours and are bundled. */
const isPackage = (id) => !id.startsWith(".") && !id.startsWith("#") && !id.startsWith("\0") && !isAbsolute(id);

/** The hash in a chunk's name lets a host that runs keep importing its own chunks after a rebuild. */
const node = {
  cwd: root,
  input: Object.fromEntries(present(nodeEntries)),
  platform: "node",
  external: isPackage,
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
