#!/usr/bin/env node
// The `meshbook` command: makes sure that what it runs is built, then runs it. Plain JavaScript, because it is the one
// file that must run from a fresh clone.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `meshbook: needs Node 20.19 or newer, this is ${process.versions.node}: install it from nodejs.org\n`,
  );
  process.exit(1);
}

const { root, staleParts } = await import("./sources.mjs");

/** Only `serve` shows the web page; the other commands start sooner without it. */
const needed = process.argv[2] === "serve" ? ["node", "web"] : ["node"];
const stale = staleParts(needed);
if (stale.length > 0) {
  const build = join(root, "workers/cli/build.mjs");
  // The page on standard error, nothing on standard output: that belongs to the command.
  const { status } = spawnSync(process.execPath, [build, "--stale", ...stale], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) {
    process.stderr.write("meshbook: the build failed (see above): run `npm ci`, then try again\n");
    process.exit(1);
  }
}

await import(pathToFileURL(join(root, "dist/node/meshbook.mjs")).href);
