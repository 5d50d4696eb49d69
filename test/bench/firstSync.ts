// A large notebook that comes to a page with an empty disk while somebody types in it: `npm run bench -- firstSync`.

import type { Browser, Page } from "playwright";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { ensureBuilt } from "../support/built.ts";
import { launchChromium } from "../support/chromium.ts";
import { lessonNotebook } from "../support/lessonNotebook.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { untilTrue } from "../support/until.ts";
import { FIRST_SOURCE } from "./app/classNotebook.ts";
import { watchTasks, type WatchedWindow } from "./app/watchTasks.ts";
import { KeystrokeProbe } from "./keystrokes/KeystrokeProbe.ts";
import { median } from "./median.ts";
import { NodePeer } from "./peers/NodePeer.ts";

const SIZE = 20_000_000;
const TIMES = 3;
/** Longest that it may take before the measurement gives up (milliseconds). */
const PATIENCE = 120_000;
/** What follows the last part, such as storing the document compactly, is watched for so long (milliseconds). */
const AFTERMATH = 5_000;

/**
 * `first_sync_ms`: from the first cell that can be edited until everything has been received.
 * `first_sync_longest_task_ms`: the longest that the page could not answer meanwhile; tasks below 50 ms count as 0.
 * `first_sync_after_longest_task_ms`: the same in the five seconds after.
 * `first_sync_key_…_ms`: from a key to its letter painted in the same page, until the end of these.
 */
export async function benchFirstSync(): Promise<Record<string, number>> {
  await ensureBuilt("node and web");
  const browser = await launchChromium();
  const host = await startHost();
  try {
    const link = await seed(host);
    const syncs: FirstSync[] = [];
    for (let time = 0; time < TIMES; time++) syncs.push(await joinWhileTyping(browser, link));
    const keys = syncs.flatMap((sync) => sync.keys).sort((a, b) => a - b);
    return {
      first_sync_ms: Math.round(median(syncs.map(({ total }) => total))),
      first_sync_longest_task_ms: median(syncs.map(({ during }) => during)),
      first_sync_after_longest_task_ms: median(syncs.map(({ after }) => after)),
      first_sync_key_p50_ms: Math.round(median(keys)),
      first_sync_key_p95_ms: Math.round(keys[Math.floor(keys.length * 0.95)] ?? 0),
      first_sync_key_max_ms: Math.round(keys.at(-1) ?? 0),
    };
  } finally {
    await browser.close();
    await host.stop();
  }
}

interface FirstSync {
  readonly total: number;
  /** Longest tasks until all was there, and after that. */
  readonly during: number;
  readonly after: number;
  readonly keys: readonly number[];
}

async function seed({ base }: RunningHost): Promise<string> {
  const [id, secret] = [RoomId.create(), createRoomSecret()];
  const teacher = new NodePeer(base, id, "Teacher");
  Y.applyUpdate(teacher.doc, lessonNotebook(SIZE));
  await teacher.sync.settled;
  await untilTrue("the host holds it", () => teacher.sync.view.get().heldByHost === true, PATIENCE);
  await teacher.leave();
  return formatRoomLink({ kind: "notebook", base, id, secret });
}

async function joinWhileTyping(browser: Browser, link: string): Promise<FirstSync> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(watchTasks);
    await page.goto(link);
    await page.locator(".cell .source").first().click();
    await page.locator(FIRST_SOURCE).first().waitFor();
    const begun = performance.now();
    const probe = await KeystrokeProbe.start({ writer: page, reader: page, target: FIRST_SOURCE });
    const keys: number[] = [];
    let end: number | undefined;
    const whole = untilReceived(page).then((at) => (end = at));
    // When typing fails first, that is what is told.
    whole.catch(() => undefined);
    while (end === undefined) keys.push(...(await probe.measure(1)));
    const [total, wholeAt] = [performance.now() - begun, await whole];
    const patience = performance.now() + AFTERMATH;
    while (performance.now() < patience) keys.push(...(await probe.measure(1)));
    const tasks = await page.evaluate(() => (window as unknown as WatchedWindow).longTasks);
    const longest = (some: typeof tasks): number => Math.round(Math.max(0, ...some.map(({ duration }) => duration)));
    const during = longest(tasks.filter(({ start }) => start < wholeAt));
    return {
      total,
      during,
      after: longest(tasks.filter(({ start }) => start >= wholeAt)),
      keys,
    };
  } finally {
    await context.close();
  }
}

/** Gives the page's own time at which everything had been received. Cells below the screen may still wait for a pause. */
async function untilReceived(page: Page): Promise<number> {
  const bar = page.locator(".receiving");
  await bar.waitFor();
  await bar.waitFor({ state: "detached", timeout: PATIENCE });
  return page.evaluate(() => performance.now());
}

export { benchFirstSync as measure };
