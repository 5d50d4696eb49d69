// From a key in one browser to the screen of another: `npm run bench -- sync`. Bare Yjs is measured in the same run, page
// and browser, because the figures of two machines, or of two moments, do not compare.

import { join } from "node:path";
import type { Browser } from "playwright";
import { RoomId } from "#shared/base/ids.ts";
import { bundlePage } from "../support/bundlePage.ts";
import { launchChromium } from "../support/chromium.ts";
import { HubHost } from "../support/HubHost.ts";
import { BareHub } from "./keystrokes/BareHub.ts";
import { keystrokeLatency } from "./keystrokes/keystrokeLatency.ts";
import { median } from "./median.ts";

/** The root of the repository, from here and from where this file is bundled to. */
const root = join(import.meta.dirname, "../..");

/** Medians in milliseconds: a page without editor over bare Yjs, and the same page over each of our transports. */
export async function benchSync(): Promise<Record<string, number>> {
  const script = await bundlePage(join(root, "test/bench/keystrokes/pairPage.ts"));
  const [host, bare, browser] = await Promise.all([HubHost.start(script), BareHub.start(), launchChromium()]);
  const base = `http://127.0.0.1:${host.port}`;
  try {
    return {
      bare_yjs_p50_ms: await measurePair(browser, `${base}/?over=bare&at=${encodeURIComponent(bare.url)}`),
      hub_source_p50_ms: await measurePair(browser, `${base}/?over=hub`),
      webrtc_source_p50_ms: await measurePair(browser, `${base}/?over=webrtc`),
    };
  } finally {
    await browser.close();
    await Promise.all([host.close(), bare.close()]);
  }
}

/** Two contexts on the same page in a room of their own. */
async function measurePair(browser: Browser, address: string): Promise<number> {
  const room = RoomId.create();
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  try {
    const [writer, reader] = await Promise.all(contexts.map((context) => context.newPage()));
    if (writer === undefined || reader === undefined) throw new Error("the browser gave no pages");
    await Promise.all([writer, reader].map((page) => page.goto(`${address}&room=${room}`)));
    return median(await keystrokeLatency({ writer, reader, target: "#text" }));
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

export { benchSync as measure };
