// WCAG 2.2 A and AA, as far as axe can tell, of what people meet most. `shoot.mjs` checks every scene.

import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../support/chromium.ts";
import { LONG } from "../../support/property.ts";
import { ACTS } from "../../support/ui-stage/acts.ts";
import { axeViolations, openStage, standStill } from "../../support/ui-stage/stagePage.ts";
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

async function violations(scene: string, theme: string): Promise<readonly string[]> {
  const act = ACTS[scene];
  const page = await openStage(browser, { base: stage.base, scene: act?.scene ?? scene, theme });
  await standStill(page);
  await act?.play(page);
  const found = await axeViolations(page);
  await page.context().close();
  return found;
}

describe("accessibility", { timeout: 180_000 }, () => {
  for (const theme of ["light", "dark"]) {
    // Colours are the same tokens everywhere: in the dark, one scene shows most of them.
    const more = theme === "light" || LONG ? ["library-class", "notebook-outputs"] : [];
    for (const scene of ["notebook-busy", ...more, ...(LONG ? ["notebook-storage-failed"] : [])]) {
      it(`of ${scene} in ${theme} has no serious fault`, async () => {
        expect(await violations(scene, theme)).toEqual([]);
      });
    }
  }

  const rest = ["palette", "variables", "status", "shortcuts", "bad-invitation", "queue", "dataflow"];
  for (const act of ["act-cell-menu", "act-share", ...(LONG ? rest.map((name) => `act-${name}`) : [])]) {
    it(`of ${act} has no serious fault`, async () => {
      expect(await violations(act, "light")).toEqual([]);
    });
  }
});
