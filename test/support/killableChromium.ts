import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type BrowserContext } from "playwright";
import { chromiumFlags, findChromium } from "./chromium.ts";

export interface KillableChromium {
  readonly context: BrowserContext;
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
  const browser = await chromium.connectOverCDP(endpoint);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error("a started Chromium has a context");
  return {
    context,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      await browser.close();
    },
  };
}
