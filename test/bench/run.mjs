// `npm run bench -- NAME [--json] [--long]`: measures one part of Meshbook on this machine. Prints medians; with --json one
// line with one object, for scripts; with --long what takes minutes is done in full (10,000 jobs of 20 ms). Figures
// compare within one run only: machines and their load differ.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "../..");
const names = ["cells", "sync", "jobs", "open", "firstSync", "load", "simulation"];
const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));

if (!names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME [--json] [--long], with NAME one of: ${names.join(", ")}\n`);
  process.exit(2);
}

/** Node 20 does not run TypeScript: the bench is bundled first, packages stay where they are. */
async function bundle() {
  const { rolldown } = await import("rolldown");
  const dir = join(root, "dist/bench");
  mkdirSync(dir, { recursive: true });
  const built = await rolldown({
    cwd: root,
    input: join(import.meta.dirname, `${name}.ts`),
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("#") && !id.startsWith("/") && !/^[A-Z]:/.test(id),
    logLevel: "warn",
  });
  await built.write({ dir, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" });
  return join(dir, `${name}.mjs`);
}

/** Figures that belong together stand in an object of their own. */
function linesOf(key, value) {
  if (typeof value !== "object" || value === null) return [[key, value]];
  return Object.entries(value).map(([inner, figure]) => [`${key}.${inner}`, figure]);
}

// Read when the bench is loaded.
if (process.argv.includes("--long")) process.env["MESHBOOK_LONG"] = "1";
const { measure } = await import(pathToFileURL(await bundle()).href);
const figures = await measure();
if (process.argv.includes("--json")) {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} else {
  const lines = Object.entries(figures).flatMap(([key, value]) => linesOf(key, value));
  const width = Math.max(...lines.map(([key]) => key.length));
  for (const [key, value] of lines) process.stdout.write(`${key.padEnd(width)}  ${value ?? "not installed"}\n`);
}
process.exit(0);
