// Bundles the service worker into a finished web build, with the list of the build's files.

import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "../..");

/** Not to be kept: the worker itself, maps, and the forms of fonts that only browsers without WOFF2 ask for. */
const LEFT_OUT = [/^\/sw\.js$/, /\.map$/, /\.(woff|ttf)$/];
/** Kept when they are first asked for: larger than all the rest, and many notebooks have no use for them. */
const LATER = /^\/assets\/(python|later)\//;

/**
 * Writes `sw.js`, and `parts.json`, the paths of what never changes under its name, into `outDir`, which must hold everything else of the build.
 * @param {string} outDir
 */
export async function buildServiceWorker(outDir) {
  const files = await listFiles(outDir);
  const build = JSON.stringify({ id: files.id, files: files.paths, later: files.later });
  const code = await bundle("renderer/pwa/worker/serviceWorker.ts");
  // For pages without a service worker: pwa/fetchParts.ts.
  await writeFile(
    join(outDir, "parts.json"),
    JSON.stringify(files.paths.filter((path) => path.startsWith("/assets/"))),
  );
  await writeFile(join(outDir, "sw.js"), `const MESHBOOK_BUILD = ${build};\n${code}`);
}

/** Paths as the page asks for them, and a name for all that is in them. */
async function listFiles(outDir) {
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: `/${relative(outDir, file).split(sep).join("/")}` }))
    .filter(({ path }) => !LEFT_OUT.some((pattern) => pattern.test(path)))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const later = found.filter(({ path }) => LATER.test(path)).map(({ path }) => path);
  const kept = found.filter(({ path }) => !LATER.test(path));
  const hash = createHash("sha256");
  for (const { file, path } of kept) hash.update(`${path}\n`).update(await readFile(file));
  return {
    id: hash.digest("hex").slice(0, 16),
    later,
    paths: kept.map(({ path }) => (path === "/index.html" ? "/" : path)),
  };
}

async function bundle(input) {
  const build = await rolldown({ cwd: root, input, platform: "browser", logLevel: "warn" });
  const { output } = await build.generate({ format: "iife", minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}
