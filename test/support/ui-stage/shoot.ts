// Takes pictures of every scene, and checks each with axe:
//   node test/support/ui-stage/shoot.mjs [scene…] [--theme=light|dark] [--width=390] [--out=DIR]
// Without arguments: every scene, light and dark at 1280, and light at 390. Prints serious violations; exits 1 if any.

import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { join } from "node:path";
import { ACTS } from "./acts.ts";
import { axeViolations, openStage, standStill } from "./stagePage.ts";
import { launchChromium } from "../chromium.ts";
import { startStage } from "./startStage.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { theme: { type: "string" }, width: { type: "string" }, out: { type: "string", default: "dist/shots" } },
});

const ALL = [
  ...["library", "library-class", "library-class-offline", "library-empty", "library-loading", "library-failed"],
  ...[
    "notebook",
    "notebook-busy",
    "notebook-offline",
    "notebook-stale",
    "notebook-outputs",
    "notebook-languages",
    "notebook-storage-failed",
  ],
  ...["notebook-storage-closed", "notebook-storage-private", "notebook-storage-damaged", "notebook-storage-cleared"],
  ...["notebook-loading", "notebook-absent", "notebook-too-new", "notebook-empty", "notebook-unknown"],
  ...["notebook-deleted", "notebook-crowd", "notebook-reader", "notebook-refused"],
  ...Object.keys(ACTS),
];
const scenes = positionals.length > 0 ? positionals : ALL;
const looks = [
  { theme: "light", width: 1280 },
  { theme: "dark", width: 1280 },
  { theme: "light", width: 390 },
].filter((look) => (values.theme ?? look.theme) === look.theme && Number(values.width ?? look.width) === look.width);

mkdirSync(values.out, { recursive: true });
const [stage, browser] = await Promise.all([startStage(), launchChromium()]);
let bad = 0;
for (const scene of scenes) {
  for (const { theme, width } of looks) {
    const act = ACTS[scene];
    const page = await openStage(browser, {
      base: stage.base,
      scene: act?.scene ?? scene,
      theme,
      width,
      tall: act === undefined,
    });
    await standStill(page);
    await act?.play(page);
    if (act !== undefined) await page.waitForTimeout(400);
    const file = join(values.out, `${scene}-${theme}-${width}.png`);
    await page.screenshot({ path: file, fullPage: act === undefined && scene.startsWith("notebook") });
    const violations = await axeViolations(page);
    for (const line of violations) console.log(`${scene} ${theme} ${width}: ${line}`);
    bad += violations.length;
    await page.context().close();
  }
}
await browser.close();
await stage.close();
console.log(`${scenes.length * looks.length} pictures in ${values.out}, ${bad} serious accessibility violations`);
process.exitCode = bad > 0 ? 1 : 0;
