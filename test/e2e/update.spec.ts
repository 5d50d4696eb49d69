// The real app on a device: a newer build is offered and costs nobody their work, and storage that refuses is said, with
// copies to take along.

import { wakeEditors } from "../support/app/wakeEditors.ts";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "playwright/test";
import { readMeshbookFile } from "#shared/exchange/readMeshbookFile.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { buildServiceWorker } from "../../renderer/build/buildServiceWorker.mjs";
import { DIST, ensureBuilt } from "../support/built.ts";
import { SiteServer } from "../support/SiteServer.ts";

let root: string;
let server: SiteServer;

/** The app as it is built, and again as a build that differs in nothing but a mark. */
async function makeBuild(name: string): Promise<string> {
  const folder = join(root, name);
  await cp(join(DIST, "web"), folder, { recursive: true });
  for (const file of ["index.html", "notebook.html"]) {
    const page = await readFile(join(folder, file), "utf8");
    await writeFile(join(folder, file), page.replace("<head>", `<head><meta name="build" content="${name}">`));
  }
  await buildServiceWorker(folder);
  return folder;
}

test.beforeAll(async () => {
  await ensureBuilt("node and web");
  root = await mkdtemp(join(tmpdir(), "meshbook-update-"));
});
test.afterAll(() => rm(root, { recursive: true }));
test.afterEach(() => server.stop());

const build = (page: Page): Promise<string | null> => page.locator("meta[name=build]").getAttribute("content");
const toast = (page: Page, words: string) => page.locator(".toast").filter({ hasText: words });

/** The app, installed from one build, with a notebook open in it, and another build offered. */
async function withUpdate(page: Page): Promise<void> {
  server = new SiteServer(await makeBuild("one"));
  await page.goto(await server.start());
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  });
  await page.getByRole("button", { name: "New notebook" }).click();
  await write(page, "precious");
  await expect(page.locator(".status")).toContainText("Saved on this computer");
  server.serve(await makeBuild("two"));
}

async function write(page: Page, text: string): Promise<void> {
  await wakeEditors(page);
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
}

const look = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });

test("a newer build is offered, and taking it keeps what was written", async ({ page }) => {
  await withUpdate(page);
  await look(page);
  await toast(page, "A newer Meshbook is here").waitFor();
  expect(await build(page)).toBe("one");
  await write(page, " to the last key");
  await toast(page, "A newer Meshbook is here").getByRole("button", { name: "Use it now" }).click();
  await expect.poll(() => build(page).catch(() => null)).toBe("two");
  await expect(page.locator("[data-cell]").first()).toContainText("precious to the last key");
});

test("with storage that refuses, the page says so, gives copies, and is not updated", async ({ page }) => {
  await withUpdate(page);
  await page.evaluate(() => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException("no room", "QuotaExceededError");
    };
  });
  await write(page, ", and unsaved");
  const banner = page.getByRole("alert").filter({ hasText: "Changes are not saved on this computer." });
  await expect(banner).toContainText("The storage of this browser is full");
  await expect(page.locator(".status")).toContainText("Not saved on this computer");

  await look(page);
  await toast(page, "A newer Meshbook is here").getByRole("button", { name: "Use it now" }).click();
  await expect(toast(page, "Not updated: something is not saved")).toBeVisible();
  expect(await build(page)).toBe("one");

  const copy = async (button: string): Promise<Buffer> => {
    const downloading = page.waitForEvent("download");
    await banner.getByRole("button", { name: button }).click();
    return readFile(await (await downloading).path());
  };
  expect((await copy("Download a copy")).toString()).toContain("precious, and unsaved");
  const read = await readMeshbookFile(await copy("Download .meshbook"));
  expect(read.ok && readNotebook(read.value.doc).cells[0]?.source).toBe("precious, and unsaved");
});

test("storage that was cleared under an open notebook is said, and filled again", async ({ page, context }) => {
  server = new SiteServer(await makeBuild("one"));
  const origin = await server.start();
  await page.goto(origin);
  await page.getByRole("button", { name: "New notebook" }).click();
  await write(page, "precious");
  await expect(page.locator(".status")).toContainText("Saved on this computer");
  const devtools = await context.newCDPSession(page);
  const name = await page.evaluate(() => localStorage.getItem("meshbook.name"));
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb,local_storage" });
  const banner = page.getByRole("alert").filter({ hasText: "Storage was cleared by the browser" });
  await banner.waitFor();
  await expect(page.locator(".status")).toContainText("Saved on this computer");
  await banner.getByRole("button", { name: "Got it" }).click();
  await expect(banner).toBeHidden();
  // Also its place on the shelf, and who we are.
  await expect.poll(() => page.evaluate(() => localStorage.getItem("meshbook.name"))).toBe(name);
  await page.reload();
  await expect(page.locator("[data-cell]").first()).toContainText("precious");
  await expect(page.locator(".status")).toContainText("Saved on this computer");
});

test("storage that is nearly full is said before it refuses", async ({ page }) => {
  await page.addInitScript(() => {
    navigator.storage.estimate = () => Promise.resolve({ usage: 81 * 1024 ** 2, quota: 100 * 1024 ** 2 });
  });
  server = new SiteServer(await makeBuild("one"));
  await page.goto(await server.start());
  await page.getByRole("button", { name: "New notebook" }).click();
  const words = "81.0 MiB of 100.0 MiB used. It is nearly full";
  await expect(page.locator(".banners")).toContainText(words);
  await page.locator(".status").click();
  await expect(page.getByRole("dialog")).toContainText(words);
});
