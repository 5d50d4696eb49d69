// Finds the Mosquitto that contract suites also run against: MESHBOOK_MOSQUITTO first, then one that is installed, then, on
// Debian as root, the distribution's package. Runs once before the contract suites; they read what it found.

import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Path of a Mosquitto; empty if there is none. */
    readonly mosquitto: string;
  }
}

const run = promisify(execFile);

/** A package of 300 KB and its few libraries (milliseconds). Without a network apt gives up sooner. */
const INSTALL_LIMIT = 2 * 60_000;
/** Seconds apt waits for a server, and for another apt on this machine. */
const APT_OPTIONS = [
  "-qq",
  "-o",
  "Acquire::Retries=0",
  "-o",
  "Acquire::http::Timeout=10",
  "-o",
  "DPkg::Lock::Timeout=60",
];

const PATHS = [
  "/usr/sbin/mosquitto",
  "/usr/bin/mosquitto",
  "/usr/local/sbin/mosquitto",
  "/opt/homebrew/sbin/mosquitto",
];

/** Vitest calls this. */
export async function setup({ provide }: TestProject): Promise<void> {
  const given = process.env["MESHBOOK_MOSQUITTO"] ?? "";
  if (given !== "" && !isExecutable(given)) {
    throw new Error(`MESHBOOK_MOSQUITTO names ${given}, which cannot be executed. Correct it or unset it.`);
  }
  const known = given === "" ? PATHS.find(isExecutable) : given;
  provide("mosquitto", known ?? (await install()) ?? "");
}

/** Path of the program, or undefined after one line that says why there is none. */
async function install(): Promise<string | undefined> {
  try {
    if (process.platform !== "linux" || process.getuid?.() !== 0)
      throw new Error("it is installed by root on Debian only");
    const options = { timeout: INSTALL_LIMIT, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    await run("apt-get", ["update", ...APT_OPTIONS], options);
    await run("apt-get", ["install", "-y", "--no-install-recommends", ...APT_OPTIONS, "mosquitto"], options);
    return PATHS.find(isExecutable);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    console.log(`MQTT suites do not run against Mosquitto: there is none (${reason}). Install it to have them run.`);
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
