// A cell that takes all the memory it can get, in a real Chromium: the page must not be late, and must go on.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowserKernels, type BrowserKernels } from "../../support/browserKernels.ts";
import type { KernelPage } from "../../support/kernelPage.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { LONG } from "../../support/property.ts";
import { SLACK } from "../../support/slack.ts";
import { untilTrue } from "../../support/until.ts";
import { runOn } from "../../contract/kernel.ts";

declare const lab: KernelPage;

/** Milliseconds by which the page's thread may be late, on a quiet machine, while a cell does its worst. */
const GAP = 100;

let kernels: BrowserKernels;
beforeAll(async () => {
  if (LONG) kernels = await openBrowserKernels();
}, 60_000);
afterAll(async () => {
  if (LONG) await kernels.close();
});

const BOMBS: Readonly<Record<string, string>> = {
  "3 GiB of bytes":
    "const all = []; for (let i = 0; i < 48; i++) all.push(new Uint8Array(64 * 2 ** 20).fill(1)); console.log('full'); for (;;) {}",
  "objects without end":
    "const all = []; for (;;) if (all.push({ a: [1, 2, 3], b: String(all.length) }) === 2e7) console.log('full')",
};

// Long suites alone: together with everything else it takes too much memory for a small machine.
describe.skipIf(!LONG)("a cell that takes", () => {
  for (const [name, source] of Object.entries(BOMBS)) {
    it(`${name} does not make the page late, and the next kernel runs`, async () => {
      const kernel = await kernels.start();
      await kernels.page.evaluate(() => lab.longestGap());
      const stop = new AbortController();
      let full = false;
      // It is full, or its worker has died of it.
      const run = kernel
        .execute(requestFor(flowOf({ a: source }), "a"), () => (full = true), stop.signal)
        .catch(() => undefined)
        .finally(() => (full = true));
      await untilTrue("all its memory is taken", () => full);
      const late = await kernels.page.evaluate(() => lab.longestGap());
      stop.abort();
      await run;
      expect(late).toBeLessThan(GAP * SLACK);
      const next = await kernels.start();
      expect((await runOn(next, requestFor(flowOf({ a: "6 * 7" }), "a"))).end).toEqual({ status: "ok" });
    }, 120_000);
  }
});
