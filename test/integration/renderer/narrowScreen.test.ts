import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../support/chromium.ts";
import { openStage } from "../../support/ui-stage/stagePage.ts";
import { startStage, type Stage } from "../../support/ui-stage/startStage.ts";

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  [stage, browser] = await Promise.all([startStage(), launchChromium()]);
});

afterAll(async () => {
  await browser.close();
  await stage.close();
});

describe("a notebook on a narrow screen", () => {
  it("ends words that do not fit with an ellipsis, and cuts off no button", async () => {
    const page = await openStage(browser, { base: stage.base, scene: "notebook-busy", width: 320 });
    await page.locator(".cell--active").waitFor();
    const cutOff = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".status, .caption, .caption__run")];
      return boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.className);
    });
    expect(cutOff).toEqual([]);
  });
});
