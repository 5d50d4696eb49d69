// Makes sure that `dist` holds what the sources say, once per test process. The build itself has a lock, so test files
// that run side by side do not build twice.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

/** The built `meshbook` command, without the freshness check of the launcher. */
export const MESHBOOK = join(root, "dist/node/meshbook.mjs");
export const DIST = join(root, "dist");

let building: Promise<unknown> | undefined;

/** Resolves when everything that has sources is built. Rejects with the build's own words. */
export async function ensureBuilt(): Promise<void> {
  building ??= promisify(execFile)(process.execPath, [join(root, "workers/cli/build.mjs"), "--stale"]);
  await building;
}
