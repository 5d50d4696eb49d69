// Tells whether what is built is what the sources say. Runs before anything is built and on every start, so it is plain
// JavaScript and only asks the file system for names, sizes and times.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** The workers that run in a page. */
const browserWorkers = ["frame", "kernel", "later", "plot", "python", "sql"].map((name) => `workers/${name}`);

/** What is built separately: the file that proves it was built, and the sources it is made of. */
const parts = {
  // First: the page's build takes its files from it.
  python: {
    result: "dist/python/python.json",
    sources: ["workers/python", "node_modules/pyodide/package.json"],
    // Its TypeScript is part of the page and of the agent.
    only: /\.(py|mjs|json)$/,
    wanted: () => existsSync(join(root, "node_modules/pyodide/package.json")),
  },
  node: {
    result: "dist/node/meshbook.mjs",
    sources: ["shared", "broker", "workers", "rolldown.config.js"],
    wanted: () => true,
  },
  web: {
    result: "dist/web/index.html",
    sources: ["shared", "renderer", ...browserWorkers, "package-lock.json", "dist/python/python.json"],
    wanted: () => existsSync(join(root, "renderer/vite.config.ts")),
  },
};

export const partNames = Object.keys(parts);
export const stampFile = (name) => join(root, "dist", `.built-${name}`);

/** A text that changes when a source of the part is added, removed or written. */
export function fingerprint(name) {
  const hash = createHash("sha256");
  for (const source of parts[name].sources) addTo(hash, source, parts[name].only ?? /(?<!\.md)$/);
  return hash.digest("hex");
}

/** The parts among `names` that must be built. An installed copy without sources is taken as it is. */
export function staleParts(names) {
  if (!existsSync(join(root, "shared"))) return [];
  return names.filter((name) => parts[name].wanted() && !isFresh(name));
}

function isFresh(name) {
  if (!existsSync(join(root, parts[name].result)) || !existsSync(stampFile(name))) return false;
  return readFileSync(stampFile(name), "utf8") === fingerprint(name);
}

function addTo(hash, path, only) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    if (only.test(path)) hash.update(`${path}\n${stat.size}\n${stat.mtimeMs}\n`);
    return;
  }
  for (const entry of readdirSync(join(root, path)).sort()) addTo(hash, `${path}/${entry}`, only);
}
