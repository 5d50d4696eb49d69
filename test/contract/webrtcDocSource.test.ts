// The DocSource suite on y-webrtc, in a real Chromium; see webrtcPage.ts.

import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { DocSourceHarness } from "./docSourceHarness.ts";
import { docSourceCases } from "./docSource.ts";
import { bundlePage } from "../support/bundlePage.ts";
import { launchChromium } from "../support/chromium.ts";
import { PageServer } from "../support/PageServer.ts";

interface Contract {
  names(): readonly string[];
  run(name: string): Promise<string | undefined>;
}
type ContractWindow = Window & { readonly contract: Contract };

const server = await PageServer.start(await bundlePage(join(import.meta.dirname, "webrtcPage.ts")));
const browser = await launchChromium();
const page = await browser.newPage();
await page.goto(server.local);

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Which cases apply is known without a browser; that the page runs the same ones is checked. */
const applies: DocSourceHarness = {
  ...{ name: "WebrtcDocSource", stores: false, live: true, presence: true, damages: true, cuts: false },
  open: () => Promise.reject(new Error("runs in the page only")),
};

describe("DocSource contract: WebrtcDocSource in Chromium", () => {
  it("runs every case that applies", async () => {
    const inPage = await page.evaluate(() => (window as unknown as ContractWindow).contract.names());
    expect(inPage).toEqual(docSourceCases(applies).map(({ name }) => name));
  });

  for (const { name } of docSourceCases(applies)) {
    it(name, async () => {
      const outcome = await page.evaluate((one) => (window as unknown as ContractWindow).contract.run(one), name);
      expect(outcome).toBeUndefined();
    });
  }
});
