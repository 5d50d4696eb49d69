// A notebook opened without a network: `npm run bench -- open`.

import { chromium, type BrowserContext } from "playwright";
import { RoomId } from "#shared/base/ids.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { untilInstalled } from "../support/app/untilInstalled.ts";
import { ensureBuilt } from "../support/built.ts";
import { chromiumFlags, findChromium } from "../support/chromium.ts";
import { createProfile } from "../support/killableChromium.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { timeToEdit } from "./app/timeToEdit.ts";
import { median } from "./median.ts";
import { NodePeer } from "./peers/NodePeer.ts";
import { replaySession } from "./replay/replaySession.ts";

const CELLS = 200;
const OPENINGS = 5;

/**
 * `open_offline_p50_ms`: a browser started anew, the host stopped, from navigation until a key stands in the first cell of 200.
 * The rest: see `replaySession`.
 */
export async function benchOpen(): Promise<Record<string, number>> {
  await ensureBuilt("node and web");
  const profile = await createProfile();
  try {
    const address = await visitOnce(profile.folder);
    const times: number[] = [];
    for (let index = 0; index < OPENINGS; index++) times.push(await openOffline(profile.folder, address));
    return { open_offline_p50_ms: median(times), ...(await replaySession()) };
  } finally {
    await profile.remove();
  }
}

/** Installs the app and keeps a notebook of the class on the device; gives its address. The host is stopped then. */
async function visitOnce(profile: string): Promise<string> {
  const host = await startHost();
  const context = await startBrowser(profile);
  try {
    const { page } = await timeToEdit(context, await seed(host));
    await untilInstalled(page);
    await page.getByText("Saved on this computer").first().waitFor();
    return page.url();
  } finally {
    await context.close();
    await host.stop();
  }
}

async function seed({ base }: RunningHost): Promise<string> {
  const [id, secret] = [RoomId.create(), createRoomSecret()];
  const teacher = new NodePeer(base, id, "Teacher");
  const cells = Array.from({ length: CELLS }, (_, index) => ({
    ...({ kind: "code", language: "javascript" } as const),
    source: `const value${index} = ${index};\nvalue${index} * 2`,
  }));
  createNotebook(teacher.doc, { title: "Two hundred cells", language: "javascript", cells });
  await teacher.sync.settled;
  await teacher.leave();
  return formatRoomLink({ kind: "notebook", base, id, secret });
}

async function openOffline(profile: string, address: string): Promise<number> {
  const context = await startBrowser(profile);
  try {
    const { page, time } = await timeToEdit(context, address);
    // Those below the screen come in pauses.
    await page
      .locator("[data-cell]")
      .nth(CELLS - 1)
      .waitFor({ state: "attached" });
    return time;
  } finally {
    await context.close();
  }
}

async function startBrowser(profile: string): Promise<BrowserContext> {
  const executablePath = await findChromium();
  return chromium.launchPersistentContext(profile, { executablePath, headless: true, args: [...chromiumFlags()] });
}

export { benchOpen as measure };
