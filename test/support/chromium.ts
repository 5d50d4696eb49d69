// Finds the Chromium that browser tests and measurements run in, and starts it: MESHBOOK_CHROMIUM first, then browsers
// that are installed, then playwright's own download, and on Debian as root the distribution's package.

import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Browser } from "playwright";

const run = promisify(execFile);

/** Downloading a browser may take this long on a school's line (milliseconds). */
const DOWNLOAD_LIMIT = 10 * 60_000;

/** What every start needs: no first-run noise, no background traffic that would blur a measurement. */
const QUIET_FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages of one test share a screen that nobody looks at; none may be slowed down for being in the back.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

export interface ChromiumOptions {
  readonly flags?: readonly string[];
}

/** Starts a headless Chromium. The caller closes it. Finds or gets one first; see `findChromium`. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const executablePath = await findChromium();
  return chromium.launch({ executablePath, headless: true, args: [...chromiumFlags(), ...(options.flags ?? [])] });
}

/** Flags for a Chromium started by other means (playwright's configuration, a child process). */
export function chromiumFlags(): readonly string[] {
  // Chromium refuses to start its sandbox as root; tests in a container run as root, and load only our own pages.
  return process.getuid?.() === 0 ? ["--no-sandbox", ...QUIET_FLAGS] : QUIET_FLAGS;
}

let found: Promise<string> | undefined;

/**
 * Path of a Chromium that can be started. Downloads or installs one if there is none.
 * @throws Error that says what was tried and what to do.
 */
export function findChromium(): Promise<string> {
  found ??= locate();
  return found;
}

async function locate(): Promise<string> {
  const given = process.env["MESHBOOK_CHROMIUM"];
  if (given !== undefined && given !== "") {
    if (isExecutable(given)) return given;
    throw new Error(`MESHBOOK_CHROMIUM names ${given}, which cannot be executed. Correct it or unset it.`);
  }
  const installed = [...installedPaths(), chromium.executablePath()].find(isExecutable);
  if (installed !== undefined) return installed;
  const failures: string[] = [];
  for (const attempt of [downloadWithPlaywright, installWithApt]) {
    try {
      await attempt();
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
    const now = [chromium.executablePath(), ...installedPaths()].find(isExecutable);
    if (now !== undefined) return now;
  }
  const tried = failures.join("; ");
  throw new Error(`No Chromium found (${tried}). Install Chromium or Chrome, or set MESHBOOK_CHROMIUM to its path.`);
}

function installedPaths(): readonly string[] {
  switch (process.platform) {
    case "darwin":
      return [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
      ];
    case "win32":
      return ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => {
        const folder = process.env[name];
        if (folder === undefined) return [];
        return [
          join(folder, "Google/Chrome/Application/chrome.exe"),
          join(folder, "Chromium/Application/chrome.exe"),
          join(folder, "Microsoft/Edge/Application/msedge.exe"),
        ];
      });
    default:
      return [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/usr/bin/google-chrome-stable",
        "/snap/bin/chromium",
      ];
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

async function downloadWithPlaywright(): Promise<void> {
  const cli = join(import.meta.dirname, "../../node_modules/playwright/cli.js");
  await run(process.execPath, [cli, "install", "chromium"], { timeout: DOWNLOAD_LIMIT });
}

async function installWithApt(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) throw new Error("not root on Linux");
  const options = { timeout: DOWNLOAD_LIMIT, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-qq"], options);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
}
