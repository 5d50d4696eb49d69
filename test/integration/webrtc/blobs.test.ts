// Blobs between real browsers while the class host has none of them.

import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { PageServer } from "../../support/PageServer.ts";
import { LONG } from "../../support/property.ts";
import type { BlobsPage } from "./blobsPage.ts";

let browser: Browser;
let server: PageServer;
let rooms = 0;
const people: Somebody[] = [];
const poll = { timeout: 60_000, interval: 25 };

class Somebody {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    people.push(this);
  }

  static async join(room: string): Promise<Somebody> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(server.local);
    const somebody = new Somebody(page);
    await somebody.call("open", room);
    return somebody;
  }

  async call<Name extends keyof BlobsPage>(
    name: Name,
    ...args: Parameters<BlobsPage[Name]>
  ): Promise<Awaited<ReturnType<BlobsPage[Name]>>> {
    const ask = (given: { name: string; args: readonly unknown[] }): unknown =>
      (window as unknown as { peer: Record<string, (...args: readonly unknown[]) => unknown> }).peer[given.name]?.(
        ...given.args,
      );
    return (await this.page.evaluate(ask, { name, args })) as Awaited<ReturnType<BlobsPage[Name]>>;
  }
}

async function linked(count: number): Promise<readonly Somebody[]> {
  const room = `blobs-${++rooms}`;
  const all = await Promise.all(Array.from({ length: count }, () => Somebody.join(room)));
  for (const one of all) await expect.poll(() => one.call("links"), poll).toBe(count - 1);
  return all;
}

beforeAll(async () => {
  server = await PageServer.start(await bundlePage(join(import.meta.dirname, "blobsPage.ts")));
  browser = await launchChromium();
});
afterEach(async () => {
  for (const { page } of people.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe("blobs between browsers", () => {
  for (const size of [5_000, LONG ? 20_000_000 : 4_000_000]) {
    it(`brings ${size / 1e6} MB from another browser, and keeps it`, async () => {
      const [ana, ben] = await linked(2);
      const hash = await ana!.call("make", size, true);
      await expect.poll(() => ben!.call("mentioned"), poll).toEqual([hash]);
      for (const one of [ana, ben]) await one!.call("longestTask");
      const fetched = await ben!.call("fetch", hash);
      expect(fetched?.size).toBe(size);
      const [giving, taking] = [await ana!.call("longestTask"), await ben!.call("longestTask")];
      console.log(
        `${size / 1e6} MB: ${Math.round(fetched!.took)} ms; longest task: taking ${taking} ms, giving ${giving} ms`,
      );
      expect(await ben!.call("kept", hash)).toBe(true);
      expect([...(await ana!.call("problems")), ...(await ben!.call("problems"))]).toEqual([]);
    });
  }

  it("brings it from the one of three that has it, also when its maker has gone", async () => {
    const [ana, ben, cem] = await linked(3);
    const hash = await ana!.call("make", 300_000, true);
    await expect.poll(() => ben!.call("mentioned"), poll).toEqual([hash]);
    expect(await ben!.call("fetch", hash)).toMatchObject({ size: 300_000 });
    await ana!.page.context().close();
    people.shift();
    expect(await cem!.call("fetch", hash)).toMatchObject({ size: 300_000 });
  });

  it("gives nothing that the notebook does not mention", async () => {
    const [ana, ben] = await linked(2);
    const hash = await ana!.call("make", 5_000, false);
    expect(await ana!.call("kept", hash)).toBe(true);
    expect(await ben!.call("fetch", hash)).toBeUndefined();
  });
});
