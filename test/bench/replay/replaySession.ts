import { join } from "node:path";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { PageServer } from "../../support/PageServer.ts";
import { median } from "../median.ts";
import type { ReplayLab } from "./replayPage.ts";

declare const lab: ReplayLab;

/** As many keystrokes as the best known trace of somebody writing a paper. */
const KEYSTROKES = 260_000;
const ROUNDS = 3;

/** The root of the repository, from where this file is bundled to. */
const root = join(import.meta.dirname, "../..");

/**
 * A long session through the app's document, sync and storage, compared with the same session on bare Yjs in the same page:
 * `replay_260k_ratio` of times, `stored_ratio` of bytes on disk to the document's second encoding, `stored_rows_max`.
 */
export async function replaySession(): Promise<Record<string, number>> {
  const script = await bundlePage(join(root, "test/bench/replay/replayPage.ts"));
  const [server, browser] = await Promise.all([PageServer.start(script), launchChromium()]);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.port}/`);
    const [ratios, bares, stored, rows]: number[][] = [[], [], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await page.evaluate((count) => lab.bare(count), KEYSTROKES);
      const ours = await page.evaluate((count) => lab.ours(count), KEYSTROKES);
      bares?.push(bare);
      ratios?.push(ours.ms / bare);
      stored?.push(ours.storedBytes / ours.v2Bytes);
      rows?.push(ours.rowsMax);
    }
    return {
      replay_260k_ratio: median(ratios ?? []),
      replay_260k_bare_ms: median(bares ?? []),
      stored_ratio: median(stored ?? []),
      stored_rows_max: Math.max(...(rows ?? [])),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}
