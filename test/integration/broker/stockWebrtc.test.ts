import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { SIGNALLING_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";

let host: RunningHost;
let browser: Browser;
let script: string;
beforeAll(async () => {
  [host, browser, script] = await Promise.all([
    startHost({ args: ["--no-agent", "--no-hub"] }),
    launchChromium(),
    bundlePage(join(import.meta.dirname, "../../support/hub/stockWebrtcPage.ts")),
  ]);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

/**
 * The stock script in a document that the host itself served (Chromium keeps others from loopback), in a profile of its
 * own: no BroadcastChannel joins the two.
 */
async function openPage(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${host.base}/host.json`);
  await page.addScriptTag({ content: script });
  return page;
}

describe("two pages with stock y-webrtc", () => {
  // A stock client sends nothing twice: one whose first link was lost on a busy machine stays alone. So a fresh pair may try.
  it.each([["open"], ["sealed with a password"]])(
    "find each other through our signalling alone, %s",
    { retry: 2 },
    async (kind) => {
      const pages = await Promise.all([openPage(), openPage()]);
      const room = RoomId.create();
      const join = {
        signalling: `${host.webSocketBase}${SIGNALLING_PATH}`,
        room,
        password: kind === "open" ? undefined : "pw",
      };
      for (const page of pages) {
        await page.evaluate((to) => globalThis.stockPage.join(to.signalling, to.room, to.password), join);
      }
      await pages[0].evaluate(() => globalThis.stockPage.write("hello"));
      await pages[1].waitForFunction(() => globalThis.stockPage.read() === "hello", undefined, { timeout: 30_000 });
      await pages[1].evaluate(() => globalThis.stockPage.write("oh "));
      await pages[0].waitForFunction(() => globalThis.stockPage.read() === "oh hello", undefined, { timeout: 30_000 });
      expect(await pages[0].evaluate(() => globalThis.stockPage.peers())).toBe(1);
      for (const page of pages) await page.context().close();
    },
  );

  it("get no hub from a host that was told to have none", async () => {
    const response = await fetch(`${host.base}/sync/${RoomId.create()}`);
    expect(response.status).toBe(404);
  });
});
