// Builds what the application runs from: `node workers/cli/build.mjs [--stale] [python] [node] [web]`. Without names it
// builds everything, with `--stale` only what is older than its sources. Python's files are made only when they are
// stale, whatever is asked for: that takes seconds and depends on two files. Progress goes to standard error.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, partNames, root, stampFile, staleParts } from "./sources.mjs";

/** A host started earlier imports chunks of its own build lazily: what an old build left stays for a day. */
const KEEP_OLD_CHUNKS_MS = 24 * 60 * 60 * 1000;
/** How often a second build looks whether the first one has ended. */
const LOCK_POLL_MS = 100;

const dist = join(root, "dist");
const lock = join(dist, ".building");

async function buildNode() {
  const [{ rolldown }, { default: configs }] = await Promise.all([
    import("rolldown"),
    import("../../rolldown.config.js"),
  ]);
  const written = new Set();
  for (const { output, ...input } of configs) {
    const bundle = await rolldown({ ...input, logLevel: "warn" });
    const result = await bundle.write({ ...output, dir: join(root, output.dir) });
    await bundle.close();
    for (const file of result.output) written.add(file.fileName);
  }
  removeOldChunks(join(dist, "node"), written);
  const { buildSlotFiles } = await import("../later/slotFiles.mjs");
  await buildSlotFiles(join(dist, "later"));
}

async function buildWeb() {
  const { build } = await import("vite");
  // Vite keeps what it finds: started from a test (`test`) or a dev server, the page would get React's slow build.
  process.env.NODE_ENV = "production";
  await build({ configFile: join(root, "renderer/vite.config.ts"), root: join(root, "renderer"), logLevel: "error" });
}

async function buildPython() {
  const { buildPython: build } = await import("../python/buildPython.mjs");
  await build(join(dist, "python"));
}

const builders = { python: buildPython, node: buildNode, web: buildWeb };

function removeOldChunks(folder, written) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const old = Date.now() - statSync(path).mtimeMs > KEEP_OLD_CHUNKS_MS;
    if (old && !written.has(name)) rmSync(path, { force: true });
  }
}

/** Holds the lock while `work` runs. A lock whose owner is dead is taken over. */
async function locked(work) {
  mkdirSync(dist, { recursive: true });
  while (!tryLock()) await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (!ownerLives()) rmSync(lock, { force: true });
    return false;
  }
}

function ownerLives() {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    // Between creating the file and writing into it there is an instant without a number in it.
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs < 1000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

async function buildParts(names) {
  const started = Date.now();
  process.stderr.write(`Building Meshbook (${names.join(" and ")}) … `);
  await Promise.all(
    names.map(async (name) => {
      // Taken before the build: a source that changes meanwhile makes the result stale.
      const built = fingerprint(name);
      await builders[name]();
      writeFileSync(stampFile(name), built);
    }),
  );
  process.stderr.write(`done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

const named = process.argv.slice(2).filter((argument) => partNames.includes(argument));
const asked = (named.length > 0 ? named : partNames).filter((name) => name !== "python");

try {
  await locked(async () => {
    const stale = staleParts(["python"]);
    if (stale.length > 0) await buildParts(stale);
    const names = process.argv.includes("--stale") ? staleParts(asked) : asked.filter((name) => isBuildable(name));
    if (names.length > 0) await buildParts(names);
  });
} catch (error) {
  process.stderr.write(`failed\n${error.stack ?? error}\n`);
  process.exitCode = 1;
}

/** Forced builds skip what has no sources yet, as `staleParts` does. */
function isBuildable(name) {
  rmSync(stampFile(name), { force: true });
  return staleParts([name]).length > 0;
}
