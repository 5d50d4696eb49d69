// A notebook goes between two people who have nothing in common but files: no host, no network.

import { wakeEditors } from "../support/app/wakeEditors.ts";
import { readFile } from "node:fs/promises";
import { expect, type Browser, type Download, type Page } from "playwright/test";
import { untilInstalled } from "../support/app/untilInstalled.ts";
import { test } from "./withHost.ts";
import { readMeshbookFile } from "#shared/exchange/readMeshbookFile.ts";

/** Somebody with the app installed in a browser of their own. */
async function person(browser: Browser, base: string): Promise<Page> {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(base);
  await untilInstalled(page);
  return page;
}

async function writeAtEnd(page: Page, text: string): Promise<void> {
  await wakeEditors(page);
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await expect(page.locator(".status")).toContainText("Saved on this computer");
}

async function exportFile(page: Page, withKey = false): Promise<Buffer> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "Meshbook file" }).click();
  if (withKey) await page.getByLabel("Include the key").check();
  const downloading = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Export" }).click();
  const download: Download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.meshbook$/);
  return readFile(await download.path());
}

const drop = (page: Page, name: string, content: Uint8Array): Promise<void> =>
  page.evaluate(
    ([name, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(content)], name));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    },
    [name, [...content]] as const,
  );

const text = (page: Page): Promise<string | null> => page.locator(".cm-content, .cell__source").first().textContent();
const toast = (page: Page, words: string | RegExp) => page.locator(".toast").filter({ hasText: words });

test("two browsers without a host merge by files, both ways, and nothing else merges", async ({
  browser,
  ownHost: host,
}) => {
  const [ana, ben] = await Promise.all([person(browser, host.base), person(browser, host.base)]);
  await host.stop();
  await Promise.all([ana.reload(), ben.reload()]);

  await ana.getByRole("button", { name: "New notebook" }).click();
  await writeAtEnd(ana, "from Ana");
  const first = await exportFile(ana);
  const read = await readMeshbookFile(first);
  expect(read.ok && read.value.manifest.key).toBeUndefined();

  const choosing = ben.waitForEvent("filechooser");
  await ben.getByRole("button", { name: "Import" }).click();
  await (await choosing).setFiles({ name: "lab.meshbook", mimeType: "", buffer: first });
  await expect(toast(ben, /came with lab\.meshbook/)).toBeVisible();
  await expect.poll(() => text(ben)).toBe("from Ana");
  expect(new URL(ben.url()).pathname).toBe(new URL(ana.url()).pathname);

  await writeAtEnd(ben, ", and Ben");
  await writeAtEnd(ana, ", and Ana again");
  await drop(ana, "lab.meshbook", await exportFile(ben));
  await expect(toast(ana, /Merged 1 change from lab\.meshbook\. It lacks changes made here/)).toBeVisible();
  await drop(ben, "lab.meshbook", await exportFile(ana));
  await expect(toast(ben, "Merged 1 change from lab.meshbook.")).toBeVisible();
  const merged = await text(ben);
  expect(merged).toContain(", and Ben");
  expect(merged).toContain(", and Ana again");
  await expect.poll(() => text(ana)).toBe(merged);
  await drop(ben, "lab.meshbook", await exportFile(ana));
  await expect(toast(ben, "Nothing new in this file.")).toBeVisible();

  const here = ana.url();
  const torn = Buffer.from(first);
  torn[torn.length >> 1]! ^= 1;
  await drop(ana, "torn.meshbook", torn);
  await expect(toast(ana, /torn\.meshbook was not imported\. byte \d+: the file is damaged/)).toBeVisible();

  await ben.getByRole("button", { name: "All notebooks" }).click();
  await ben.getByRole("button", { name: "New notebook" }).click();
  await writeAtEnd(ben, "another one");
  await drop(ana, "other.meshbook", await exportFile(ben));
  await expect(toast(ana, /other\.meshbook is of another notebook/)).toBeVisible();
  expect(ana.url()).toBe(here);
  expect(await text(ana)).toBe(merged);
  await toast(ana, /of another notebook/)
    .getByRole("button", { name: "Open it" })
    .click();
  await expect.poll(() => text(ana)).toBe("another one");

  for (const page of [ana, ben]) await page.context().close();
});
