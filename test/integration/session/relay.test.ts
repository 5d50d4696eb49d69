// Devices whose better ways are cut, in a real Chromium: documents flow over whatever is left, within three seconds.

import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { startEmbedded } from "../../support/brokers/startEmbedded.ts";
import type { RunningBroker } from "../../support/brokers/startMosquitto.ts";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { HubHost } from "../../support/HubHost.ts";
import type { DeviceOptions, DevicePage } from "./devicePage.ts";
import { SLACK } from "../../support/slack.ts";

/** Milliseconds within which another way must carry. */
const LIMIT = 3_000;

let host: HubHost;
let broker: RunningBroker;
let browser: Browser;
const ended: (() => Promise<void>)[] = [];

beforeAll(async () => {
  host = await HubHost.start(await bundlePage(join(import.meta.dirname, "devicePage.ts")));
  broker = await startEmbedded();
  browser = await launchChromium();
});
afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
});
afterAll(async () => {
  await browser.close();
  await broker.stop();
  await host.close();
});

/** A device with a cable of its own to the class host, which may be cut. */
class Device {
  readonly page: Page;
  readonly cable: CuttableProxy;

  private constructor(page: Page, cable: CuttableProxy) {
    this.page = page;
    this.cable = cable;
  }

  static async start(): Promise<Device> {
    const cable = await CuttableProxy.start(host.port);
    const context = await browser.newContext();
    ended.push(() => context.close().then(() => cable.close()));
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${cable.port}/`);
    return new Device(page, cable);
  }

  open(room: RoomId, name: string, more: DeviceOptions = {}): Promise<unknown> {
    return this.call("open", room, name, {
      mqtt: `ws://127.0.0.1:${broker.webSocketPort}/mqtt`,
      blocked: true,
      ...more,
    });
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

  async status(kind: string): Promise<unknown> {
    return (await this.call("view")).sources.find((source) => source.kind === kind)?.status;
  }
}

const quickly = { timeout: LIMIT * SLACK, interval: 25 };
const patiently = { timeout: 60_000, interval: 25 };

async function two(): Promise<readonly [Device, Device]> {
  return [await Device.start(), await Device.start()];
}

describe("a network that lets nothing through between computers", () => {
  it("is no obstacle while the class host is there; the broker stands by", async () => {
    const [ana, ben] = await two();
    const room = RoomId.create();
    await Promise.all([ana.open(room, "ana"), ben.open(room, "ben")]);
    await ana.call("insert", "by the hub");
    await expect.poll(() => ben.call("text"), quickly).toBe("by the hub");
    await expect.poll(() => ana.status("mqtt"), patiently).toEqual({ state: "connected", held: false, standby: true });
    expect(await ana.call("links")).toBe(0);
  });

  it("is no obstacle either when the class host is away from the start", async () => {
    const [ana, ben] = await two();
    for (const device of [ana, ben]) device.cable.cut();
    const room = RoomId.create();
    await Promise.all([ana.open(room, "ana"), ben.open(room, "ben")]);
    await ana.call("insert", "by the broker");
    await expect.poll(() => ben.call("text"), quickly).toBe("by the broker");
    expect(await ben.status("mqtt")).toEqual({ state: "connected", held: false, peers: 1 });
    await expect.poll(() => ana.call("view"), patiently).toMatchObject({ seen: { by: 1, of: 1 }, heldByHost: false });
    expect(await ana.call("people")).toEqual(["ben"]);
  });

  it("is no obstacle when the class host goes while both write", async () => {
    const [ana, ben] = await two();
    const room = RoomId.create();
    await Promise.all([ana.open(room, "ana"), ben.open(room, "ben")]);
    await expect.poll(() => ana.call("people"), patiently).toEqual(["ben"]);
    await expect.poll(() => ben.status("mqtt"), patiently).toMatchObject({ standby: true });
    await expect.poll(() => ana.status("mqtt"), patiently).toMatchObject({ standby: true });
    for (const device of [ana, ben]) device.cable.cut();
    await ana.call("insert", "a");
    await ben.call("insert", "b");
    await expect.poll(async () => (await ben.call("text")).length, quickly).toBe(2);
    await expect.poll(() => ana.call("view"), patiently).toMatchObject({ seen: { by: 1, of: 1 } });
    for (const device of [ana, ben]) device.cable.mend();
    await expect.poll(() => ana.call("view"), patiently).toMatchObject({ heldByHost: true, seen: { by: 1, of: 1 } });
    await expect.poll(() => ana.status("mqtt"), patiently).toMatchObject({ standby: true });
    expect([...(await ana.call("problems")), ...(await ben.call("problems"))]).toEqual([]);
  });

  it("leaves a device that reaches the broker alone joined to those at the hub", async () => {
    const [ana, ben] = await two();
    ben.cable.cut();
    const room = RoomId.create();
    await Promise.all([ana.open(room, "ana"), ben.open(room, "ben")]);
    await ana.call("insert", "from the hub. ");
    await expect.poll(() => ben.call("text"), quickly).toBe("from the hub. ");
    await ben.call("insert", "from the broker.");
    await expect.poll(() => ana.call("text"), quickly).toBe("from the hub. from the broker.");
    await expect.poll(() => ana.call("view"), patiently).toMatchObject({ heldByHost: true, seen: { by: 1, of: 1 } });
  });
});
