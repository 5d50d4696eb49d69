// What a first visit costs: `npm run bench -- load`.

import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Response } from "playwright";
import { ensureBuilt } from "../support/built.ts";
import { launchChromium } from "../support/chromium.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { createNotebook, invitation } from "./app/classNotebook.ts";
import { timeToEdit } from "./app/timeToEdit.ts";
import { median } from "./median.ts";

const STARTS = 3;
const VISITS = 5;

/**
 * `…_js_kb_gzip`: JavaScript that is fetched until the page is there and its network quiet, in 1,000 bytes after gzip, without
 * what is loaded later for offline use. `start_ms`: from starting the command to its ready line. `usable_ms`: from
 * navigation until a key stands in the first cell, nothing cached.
 */
export async function benchLoad(): Promise<Record<string, number>> {
  await ensureBuilt("node and web");
  const host = await startHost();
  const browser = await launchChromium();
  try {
    const link = await invitation(await createNotebook(await browser.newContext(), host));
    return {
      library_js_kb_gzip: await scriptSize(browser, `${host.base}/`),
      notebook_js_kb_gzip: await scriptSize(browser, link),
      start_ms: await measureStarts(),
      usable_ms: await measureVisits(browser, link),
    };
  } finally {
    await browser.close();
    await host.stop();
  }
}

const newVisitor = (browser: Browser): Promise<BrowserContext> => browser.newContext({ serviceWorkers: "block" });

async function scriptSize(browser: Browser, address: string): Promise<number> {
  const context = await newVisitor(browser);
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  const measure = (response: Response): void => {
    if (response.request().resourceType() !== "script") return;
    sizes.push(response.body().then((body) => gzipSync(body).length));
  };
  page.on("response", measure);
  await page.goto(address, { waitUntil: "networkidle" });
  page.off("response", measure);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await context.close();
  if (bytes === 0) throw new Error(`${address} loaded no script`);
  return Math.round(bytes / 100) / 10;
}

async function measureStarts(): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < STARTS; index++) {
    const before = performance.now();
    const host: RunningHost = await startHost();
    times.push(performance.now() - before);
    await host.stop();
  }
  return median(times);
}

async function measureVisits(browser: Browser, link: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < VISITS; index++) {
    const context = await newVisitor(browser);
    times.push((await timeToEdit(context, link)).time);
    await context.close();
  }
  return median(times);
}

export { benchLoad as measure };
