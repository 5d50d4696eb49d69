// Makes sure that `dist` holds what the sources say, once per test process. The build itself has a lock, so test files
// that run side by side do not build twice.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

export const DIST = join(root, "dist");
/** The built `meshbook` command, without the freshness check of the launcher. */
export const MESHBOOK = join(DIST, "node/meshbook.mjs");

const building = new Map<string, Promise<unknown>>();

/**
 * Resolves when the parts are built; rejects with the build's own words. Tests of what runs in Node take the web page as
 * it is, if there is one: building it takes longer than most of them.
 */
export async function ensureBuilt(part: "node" | "node and web" = "node"): Promise<void> {
  const parts = part === "node" && existsSync(join(DIST, "web/index.html")) ? ["node"] : ["node", "web"];
  const key = parts.join(" ");
  const command = [join(root, "workers/cli/build.mjs"), "--stale", ...parts];
  const promise = building.get(key) ?? promisify(execFile)(process.execPath, command);
  building.set(key, promise);
  await promise;
}
