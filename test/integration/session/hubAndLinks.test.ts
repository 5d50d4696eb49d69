// Devices with every transport at once, in a real Chromium: what happens when one of them goes.

import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { HubHost } from "../../support/HubHost.ts";
import type { DevicePage } from "./devicePage.ts";

let host: HubHost;
let proxy: CuttableProxy;
let browser: Browser;
const pages: Page[] = [];

beforeAll(async () => {
  host = await HubHost.start(await bundlePage(join(import.meta.dirname, "devicePage.ts")));
  proxy = await CuttableProxy.start(host.port);
  browser = await launchChromium();
});
afterEach(async () => {
  proxy.mend();
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await host.close();
});

/** One device, which reaches the host through a cable that can be cut. */
class Device {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async join(room: RoomId, name: string): Promise<Device> {
    const page = await (await browser.newContext()).newPage();
    pages.push(page);
    await page.goto(`http://127.0.0.1:${proxy.port}/`);
    const device = new Device(page);
    await device.call("open", room, name);
    return device;
  }

  async call<Name extends keyof DevicePage>(
    name: Name,
    ...args: Parameters<DevicePage[Name]>
  ): Promise<ReturnType<DevicePage[Name]>> {
    const ask = (given: { name: string; args: readonly unknown[] }): unknown =>
      (window as unknown as { device: Record<string, (...args: readonly unknown[]) => unknown> }).device[given.name]?.(
        ...given.args,
      );
    return (await this.page.evaluate(ask, { name, args })) as ReturnType<DevicePage[Name]>;
  }
}

/** The network must notice within these milliseconds: y-protocols alone would show somebody who left for half a minute. */
const GHOST_LIMIT = 29_000;
const poll = { timeout: 60_000, interval: 25 };

async function twoLinked(): Promise<readonly [Device, Device]> {
  const room = RoomId.create();
  const [ana, ben] = await Promise.all([Device.join(room, "ana"), Device.join(room, "ben")]);
  for (const device of [ana, ben]) await expect.poll(() => device.call("links"), poll).toBe(1);
  return [ana, ben];
}

describe("a document over the hub and over links at once", () => {
  it("is held by the host and seen by the other", async () => {
    const [ana, ben] = await twoLinked();
    await ana.call("insert", "from ana. ");
    await ben.call("insert", "from ben. ");
    for (const device of [ana, ben]) {
      await expect
        .poll(() => device.call("view"), poll)
        .toMatchObject({ heldByHost: true, seen: { by: 1, of: 1 }, incomplete: false });
    }
    expect(await ana.call("digest")).toBe(await ben.call("digest"));
    expect([await ana.call("people"), await ben.call("people")]).toEqual([["ben"], ["ana"]]);
    expect([...(await ana.call("problems")), ...(await ben.call("problems"))]).toEqual([]);
  });

  it("goes on over links when the host is away, says so, and is held again when it is back", async () => {
    const [ana, ben] = await twoLinked();
    await expect.poll(() => ana.call("view"), poll).toMatchObject({ heldByHost: true });
    proxy.cut();
    await ana.call("insert", "without a host");
    expect((await ana.call("view")).heldByHost).toBe(false);
    await expect.poll(() => ben.call("text"), poll).toBe("without a host");
    await expect.poll(() => ana.call("view"), poll).toMatchObject({ heldByHost: false, seen: { by: 1, of: 1 } });
    expect(await ana.call("people")).toEqual(["ben"]);
    proxy.mend();
    for (const device of [ana, ben]) {
      await expect.poll(() => device.call("view"), poll).toMatchObject({ heldByHost: true, seen: { by: 1, of: 1 } });
    }
    expect([...(await ana.call("problems")), ...(await ben.call("problems"))]).toEqual([]);
  });

  it("shows no ghost of a device that left, with a host", async () => {
    const [ana, ben] = await twoLinked();
    await expect.poll(() => ana.call("people"), poll).toEqual(["ben"]);
    await ben.page.close();
    await expectGone(ana, GHOST_LIMIT);
  });

  it("shows no ghost of a device that left, without a host", async () => {
    const [ana, ben] = await twoLinked();
    await expectWithoutHost(ana);
    await ben.page.goto("about:blank");
    await expectGone(ana, GHOST_LIMIT);
  });

  it("shows a ghost not for long of a device that died, without a host", async () => {
    const [ana, ben] = await twoLinked();
    await expectWithoutHost(ana);
    await ben.page.goto("chrome://crash").catch(() => undefined);
    await expectGone(ana, GHOST_LIMIT);
  });
});

async function expectWithoutHost(device: Device): Promise<void> {
  await expect.poll(() => device.call("people"), poll).toEqual(["ben"]);
  proxy.cut();
  await expect.poll(async () => (await device.call("view")).sources[0]?.status.state, poll).not.toBe("connected");
  expect(await device.call("people")).toEqual(["ben"]);
}

async function expectGone(device: Device, limit: number): Promise<void> {
  const since = Date.now();
  await expect.poll(() => device.call("people"), poll).toEqual([]);
  expect(Date.now() - since).toBeLessThan(limit);
  expect((await device.call("view")).seen).toEqual({ by: 0, of: 0 });
}
