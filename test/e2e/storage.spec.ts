// IndexedDB as it really is: the contract of a DocSource, and the ways in which a browser takes storage away.

import { expect, test, type Page } from "playwright/test";
import { RoomId } from "#shared/base/ids.ts";
import { serveBundle, type ServedPage } from "../support/bundledPage.ts";
import { createProfile, launchKillable } from "../support/killableChromium.ts";
import type {} from "./pages/storagePage.ts";

let served: ServedPage;
test.beforeAll(async () => {
  served = await serveBundle("test/e2e/pages/storagePage.ts");
});
test.afterAll(() => served.close());

/** Opens the page; whatever escapes in it fails the test. */
async function openLab(page: Page): Promise<Error[]> {
  const escaped: Error[] = [];
  page.on("pageerror", (error) => escaped.push(error));
  await page.goto(served.url);
  return escaped;
}

test("IndexedDbDocSource keeps the contract of a DocSource in Chromium", async ({ page }) => {
  const escaped = await openLab(page);
  const names = await page.evaluate(() => lab.caseNames());
  expect(names.length).toBeGreaterThanOrEqual(15);
  for (const name of names) {
    await test.step(name, async () => {
      expect(await page.evaluate((one) => lab.runCase(one), name)).toBe("passed");
    });
  }
  expect(escaped).toEqual([]);
});

test("a stock y-indexeddb reads what we wrote, and we read what it wrote", async ({ page }) => {
  const [ours, stocks] = [RoomId.create(), RoomId.create()];
  await openLab(page);
  const read = await page.evaluate(
    async ([ours, stocks]) => {
      await lab.open(ours);
      lab.type("from ours");
      await lab.close();
      await lab.writeWithStock(stocks, "from stock");
      lab.doc = new (lab.doc.constructor as new () => typeof lab.doc)();
      await lab.open(stocks);
      return [await lab.readWithStock(ours), lab.text()];
    },
    [ours, stocks] as const,
  );
  expect(read).toEqual(["from ours", "from stock"]);
});

test("a full disk is said, editing goes on, and all is stored once there is room", async ({ page, context }) => {
  const room = RoomId.create();
  const escaped = await openLab(page);
  const devtools = await context.newCDPSession(page);
  const origin = new URL(served.url).origin;
  // Before anything is stored: Chromium remembers for half a minute how much room there was.
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 400_000 });
  await page.evaluate(async (id) => {
    await lab.open(id);
    lab.type("small. ");
    await lab.until("held");
  }, room);
  const failed = await page.evaluate(async () => {
    const before = lab.statuses.length;
    lab.type("y".repeat(500_000));
    const status = await lab.until("failed");
    lab.type(" typed meanwhile");
    const said = lab.statuses.slice(before);
    return { status, heldSaid: said.some((one) => one.state === "connected" && one.held) };
  });
  expect(failed).toMatchObject({ status: { state: "failed", code: "storage-full" }, heldSaid: false });
  await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  const stored = await page.evaluate(async (id) => {
    await lab.flush();
    await lab.until("held");
    return (await lab.readWithStock(id)).length;
  }, room);
  expect(stored).toBe("small. ".length + 500_000 + " typed meanwhile".length);
  expect(escaped).toEqual([]);
});

test("storage cleared under us is filled again with the whole document", async ({ page, context }) => {
  const room = RoomId.create();
  const escaped = await openLab(page);
  await page.evaluate(async (id) => {
    await lab.open(id);
    lab.type("the whole document");
    await lab.until("held");
  }, room);
  const devtools = await context.newCDPSession(page);
  const origin = new URL(served.url).origin;
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  const text = await page.evaluate(async (id) => {
    await lab.until("held");
    lab.type(", and more");
    await lab.until("held");
    return lab.readWithStock(id);
  }, room);
  expect(text).toBe("the whole document, and more");
  expect(escaped).toEqual([]);
});

test("another tab may delete the database: it is not blocked, and an open document is stored again", async ({
  page,
  context,
}) => {
  const room = RoomId.create();
  const escaped = await openLab(page);
  await page.evaluate(async (id) => {
    await lab.open(id);
    lab.type("still open here");
    await lab.until("held");
  }, room);
  const other = await context.newPage();
  await other.goto(served.url);
  expect(await other.evaluate((id) => lab.deleteDatabase(id), room)).toBe("deleted");
  const text = await page.evaluate(async (id) => {
    await lab.until("held");
    return lab.readWithStock(id);
  }, room);
  expect(text).toBe("still open here");
  expect(escaped).toEqual([]);
});

test("two tabs that type and compact at once lose nothing", async ({ page, context }) => {
  const room = RoomId.create();
  const tabs = [page, await context.newPage()];
  await Promise.all(tabs.map((tab) => openLab(tab)));
  await Promise.all(
    tabs.map((tab, index) =>
      tab.evaluate(
        async ([id, letter]) => {
          await lab.open(id);
          for (let count = 0; count < 700; count++) {
            lab.type(letter);
            await lab.flush();
          }
          await lab.close();
        },
        [room, index === 0 ? "a" : "b"] as const,
      ),
    ),
  );
  const text = await page.evaluate((id) => lab.readWithStock(id), room);
  expect([...text].filter((letter) => letter === "a").length).toBe(700);
  expect([...text].filter((letter) => letter === "b").length).toBe(700);
});

test("what was said to be held is there after the browser was killed while writing", async () => {
  const profile = await createProfile();
  const room = RoomId.create();
  let held = 0;
  try {
    const first = await launchKillable(profile.folder);
    const page = await first.context.newPage();
    await page.goto(served.url);
    const enough = new Promise<void>((resolve) => {
      void page.exposeFunction("told", (count: number) => {
        held = count;
        if (count >= 400) resolve();
      });
    });
    await page.evaluate(async (id) => {
      await lab.open(id);
      void lab.typeForEver((count) => (globalThis as unknown as { told(n: number): void }).told(count));
    }, room);
    await enough;
    await first.kill();

    const second = await launchKillable(profile.folder);
    const again = await second.context.newPage();
    await again.goto(served.url);
    const length = await again.evaluate(async (id) => {
      await lab.open(id);
      return lab.text().length;
    }, room);
    await second.kill();
    expect(length).toBeGreaterThanOrEqual(held);
  } finally {
    await profile.remove();
  }
});
