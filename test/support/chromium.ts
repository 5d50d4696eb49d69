// Finds the Chromium that browser tests and measurements run in, and starts it: MESHBOOK_CHROMIUM first, then browsers
// that are installed, then playwright's own download, and on Debian as root the distribution's package. There Chromium's
// headless shell is preferred: the same engine without the browser around pages, which takes half of two cores.

import { execFile } from "node:child_process";
import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
  const failures: string[] = [];
  for (const way of [headlessShell, installedBrowser, downloadWithPlaywright, installChromium]) {
    try {
      const path = await way();
      if (path !== undefined) return path;
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  const tried = failures.join("; ");
  throw new Error(`No Chromium found (${tried}). Install Chromium or Chrome, or set MESHBOOK_CHROMIUM to its path.`);
}

/** Debian's own path: the command in /usr/bin is a script, whose end does not end the browser. */
const HEADLESS_SHELL = "/usr/lib/chromium/chromium-headless-shell";

/** Says, to the other processes of the tests, that the headless shell could not be installed. */
const NO_SHELL = join(tmpdir(), "meshbook-no-headless-shell");
/** Milliseconds for which that is believed. */
const NO_SHELL_AGE = 60 * 60_000;

async function headlessShell(): Promise<string | undefined> {
  if (isExecutable(HEADLESS_SHELL)) return HEADLESS_SHELL;
  if (!isDebianRoot() || Date.now() - changedAt(NO_SHELL) < NO_SHELL_AGE) return undefined;
  try {
    await installWithApt("chromium-headless-shell");
  } finally {
    if (!isExecutable(HEADLESS_SHELL)) writeFileSync(NO_SHELL, "");
  }
  return isExecutable(HEADLESS_SHELL) ? HEADLESS_SHELL : undefined;
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function installedBrowser(): string | undefined {
  return [...installedPaths(), chromium.executablePath()].find(isExecutable);
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

async function downloadWithPlaywright(): Promise<string | undefined> {
  const cli = join(import.meta.dirname, "../../node_modules/playwright/cli.js");
  await run(process.execPath, [cli, "install", "chromium"], { timeout: DOWNLOAD_LIMIT });
  return installedBrowser();
}

async function installChromium(): Promise<string | undefined> {
  if (!isDebianRoot()) throw new Error("not root on Debian");
  await installWithApt("chromium");
  return installedBrowser();
}

const isDebianRoot = (): boolean => process.getuid?.() === 0 && isExecutable("/usr/bin/apt-get");

async function installWithApt(name: string): Promise<void> {
  const options = { timeout: DOWNLOAD_LIMIT, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  // A machine without a network is told so soon; another process of the tests may be installing.
  const how = ["-o", "Acquire::http::Timeout=15", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=300", "-qq"];
  await run("apt-get", ["update", ...how], options);
  await run("apt-get", ["install", ...how, "-y", "--no-install-recommends", name], options);
}
