// From a key in one browser to the screen of another, and a class that joins at once: `npm run bench -- sync`. Bare Yjs is
// measured in the same run and browser, because the figures of two machines, or of two moments, do not compare.

import { join } from "node:path";
import type { Browser } from "playwright";
import { RoomId } from "#shared/base/ids.ts";
import { ensureBuilt } from "../support/built.ts";
import { bundlePage } from "../support/bundlePage.ts";
import { launchChromium } from "../support/chromium.ts";
import { HubHost } from "../support/HubHost.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { createNotebook, FIRST_SOURCE, followInvitation, invitation } from "./app/classNotebook.ts";
import { BareHub } from "./keystrokes/BareHub.ts";
import { KeystrokeProbe } from "./keystrokes/KeystrokeProbe.ts";
import { median } from "./median.ts";
import { measureClass } from "./peers/measureClass.ts";

/** The root of the repository, from here and from where this file is bundled to. */
const root = join(import.meta.dirname, "../..");

const WARM_UP = 20;
/** Pairs take turns, so that a moment in which the machine is busy hits all of them. */
const ROUNDS = 10;
const KEYS_A_ROUND = 10;

/**
 * Medians in milliseconds: a page over bare Yjs without an editor and with a stock one, a page without over our transports,
 * then the app; then 30 peers.
 */
export async function benchSync(): Promise<Record<string, number>> {
  await ensureBuilt("node and web");
  return { ...(await measureKeystrokes()), ...(await measureClass()) };
}

async function measureKeystrokes(): Promise<Record<string, number>> {
  const script = await bundlePage(join(root, "test/bench/keystrokes/pairPage.ts"));
  const [pages, bare, browser] = await Promise.all([HubHost.start(script), BareHub.start(), launchChromium()]);
  const hosts = await Promise.all([startHost(), startHost({ args: ["--no-agent", "--no-hub"] })]);
  const base = `http://127.0.0.1:${pages.port}`;
  try {
    return await takeTurns({
      bare_yjs_p50_ms: await pagePair(browser, `${base}/?over=bare&at=${encodeURIComponent(bare.url)}`),
      bare_editor_p50_ms: await pagePair(browser, `${base}/?over=bare&editor&at=${encodeURIComponent(bare.url)}`),
      hub_source_p50_ms: await pagePair(browser, `${base}/?over=hub`),
      webrtc_source_p50_ms: await pagePair(browser, `${base}/?over=webrtc`),
      keystroke_p50_ms: await appPair(browser, hosts[0]),
      keystroke_webrtc_p50_ms: await appPair(browser, hosts[1]),
    });
  } finally {
    await browser.close();
    await Promise.all([pages.close(), bare.close(), ...hosts.map((host) => host.stop())]);
  }
}

async function takeTurns(probes: Readonly<Record<string, KeystrokeProbe>>): Promise<Record<string, number>> {
  const pairs = Object.entries(probes).map(([name, probe]) => ({ name, probe, latencies: [] as number[] }));
  for (const { probe } of pairs) await probe.measure(WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { probe, latencies } of pairs) latencies.push(...(await probe.measure(KEYS_A_ROUND)));
  }
  return Object.fromEntries(pairs.map(({ name, latencies }) => [name, median(latencies)]));
}

/** Two contexts on the same page in a room of their own. */
async function pagePair(browser: Browser, address: string): Promise<KeystrokeProbe> {
  const room = RoomId.create();
  const [writer, reader] = [await newPage(browser), await newPage(browser)];
  await Promise.all([writer, reader].map((page) => page.goto(`${address}&room=${room}`)));
  return KeystrokeProbe.start({ writer, reader, target: address.includes("&editor") ? "#text .cm-content" : "#text" });
}

const newPage = async (browser: Browser) => (await browser.newContext()).newPage();

/** Two members of a class in the first cell of one notebook. */
async function appPair(browser: Browser, host: RunningHost): Promise<KeystrokeProbe> {
  const writer = await createNotebook(await browser.newContext(), host);
  const reader = await followInvitation(await browser.newContext(), await invitation(writer));
  return KeystrokeProbe.start({ writer, reader, target: FIRST_SOURCE });
}

export { benchSync as measure };
