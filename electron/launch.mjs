// `npm run desktop`: builds what is missing, gets Electron's binary if it is not there, and starts the app. Arguments go to
// Electron. `--build-only` builds and stops, for packaging.

import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleDesktop } from "./rolldownEntries.mjs";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

function fail(message) {
  process.stderr.write(`meshbook desktop: ${message}\n`);
  process.exit(1);
}

function buildPage() {
  const build = join(root, "workers/cli/build.mjs");
  const { status } = spawnSync(process.execPath, [build, "--stale", "web"], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) fail("the page was not built (see above): run `npm ci`, then try again");
}

/** The path of Electron's binary. Its package has no install script: the first start downloads it. */
function findElectron() {
  let install;
  try {
    install = require.resolve("electron/install.js");
  } catch {
    fail("Electron is not installed: run `npm ci`, then try again");
  }
  const { status, stderr } = spawnSync(process.execPath, [install], { encoding: "utf8" });
  if (status !== 0) {
    const reason = stderr.trim().split("\n")[0] || "unknown reason";
    fail(
      `Electron could not be downloaded (${reason}): go online once, or set ELECTRON_MIRROR to a copy you can reach`,
    );
  }
  return require("electron");
}

buildPage();
const forwarded = process.argv.slice(2).filter((argument) => argument !== "--build-only");
try {
  await bundleDesktop();
} catch (error) {
  fail(`the desktop app was not built: ${error.message}`);
}

if (!process.argv.includes("--build-only")) {
  const electron = spawn(findElectron(), [join(root, "dist/electron/main.mjs"), ...forwarded], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => electron.kill(signal));
  electron.on("error", (error) => fail(`Electron did not start: ${error.message}`));
  electron.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
}
