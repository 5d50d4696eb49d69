import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type BrowserContext, type Page } from "playwright";
import { chromiumFlags, findChromium } from "./chromium.ts";
import { processTree, threadNames } from "./processes.ts";
import { untilTrue } from "./until.ts";

/** What Chromium calls the thread of a page's worker, as far as Linux keeps it. */
const WORKER_THREAD = "DedicatedWorker";

export interface KillableChromium {
  readonly context: BrowserContext;
  /**
   * Number of the process in which the page's script runs. Linux only.
   * @throws Error when that is not certain, for another page has a worker as well.
   */
  processOf(page: Page): Promise<number>;
  /** Ends the whole browser as a crash or a pulled battery does: nothing of it gets to run any more. */
  kill(): Promise<void>;
}

/** A folder that a browser keeps its storage in, from one start to the next. */
export async function createProfile(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "meshbook-profile-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }) };
}

/** Starts a Chromium of our own on a profile: playwright's launcher would not let us kill it. */
export async function launchKillable(profile: string): Promise<KillableChromium> {
  const flags = [...chromiumFlags(), "--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const child = spawn(await findChromium(), [...flags, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let endpoint: string | undefined;
  for await (const line of createInterface(child.stderr)) {
    endpoint = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (endpoint !== undefined) break;
  }
  if (endpoint === undefined) throw new Error("Chromium ended before it said where it listens");
  // Nobody reads on, and a browser whose pipe is full stands still.
  child.stderr.resume();
  const browser = await chromium.connectOverCDP(endpoint);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error("a started Chromium has a context");
  return {
    context,
    processOf: (page) => processOf(page, child.pid!),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      await browser.close();
    },
  };
}

/** The browser tells nobody which process a page has, but a worker shows: its thread is in that process. */
async function processOf(page: Page, browser: number): Promise<number> {
  const worker = await page.evaluateHandle(() => new Worker(URL.createObjectURL(new Blob([""]))));
  let found: readonly number[] = [];
  await untilTrue("the worker shows", () => {
    found = processTree(browser).filter((pid) => threadNames(pid).includes(WORKER_THREAD));
    return found.length > 0;
  });
  await worker.evaluate((started) => started.terminate());
  await worker.dispose();
  const [pid, ...more] = found;
  if (pid === undefined || more.length > 0) throw new Error(`one of the processes ${found.join(", ")} is the page's`);
  return pid;
}
