// What is typed while the class host is away is here, and merges when it is back.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt } from "../support/built.ts";
import { freePort } from "../support/freePort.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { test } from "./withHost.ts";

let data: string;
let port: number;

test.beforeAll(async () => {
  await ensureBuilt("node and web");
  data = await mkdtemp(join(tmpdir(), "meshbook-offline-"));
  port = await freePort();
});

test.afterAll(() => rm(data, { recursive: true, force: true }));

/** The same host each time: same address, same data. */
const start = (): Promise<RunningHost> => startHost({ data, args: ["--no-agent", "--port", String(port)] });

test("two people write apart, reload while the host is gone, and have both texts when it is back", async ({
  browser,
}) => {
  const first = await start();
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, first.ready.url, { installs: true }),
    Person.arrive(browser, first.ready.url, { installs: true }),
  ]);
  const notebook = await ana.createNotebook();
  await ana.type(0, "start ");
  await ben.openListed(notebook);
  await expect.poll(() => ben.text(0)).toContain("start");
  await expect(ana.status).toContainText("Held by the class host");
  // Both pages are kept for offline starts before the host goes.
  for (const { page } of [ana, ben]) await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await first.kill();
  await expect(ana.status).not.toContainText("Held by the class host");

  await ana.type(0, "ana-offline ");
  await ben.type(0, "ben-offline ");
  await ana.saved();
  await ana.reload();
  await expect.poll(() => ana.text(0)).toContain("ana-offline");
  await ana.saved();
  await ana.type(0, "after-reload ");
  await ana.saved();

  const second = await start();
  await expect(ana.status).toContainText("Held by the class host");
  await expect(ben.status).toContainText("Held by the class host");
  for (const person of [ana, ben]) {
    for (const text of ["start", "ana-offline", "after-reload", "ben-offline"]) {
      await expect.poll(() => person.text(0)).toContain(text);
    }
  }
  const [one, other] = [await ana.text(0), await ben.text(0)];
  expect(one).toBe(other);
  for (const text of ["ana-offline", "ben-offline"]) expect(one.split(text)).toHaveLength(2);
  await ana.leave();
  await ben.leave();
  await second.stop();

  const third = await start();
  const cleo = await Person.arrive(browser, third.ready.url);
  await cleo.openListed(notebook);
  await expect.poll(() => cleo.text(0)).toBe(one);
  await third.stop();
});
