// A notebook made by Jupyter comes in as it is and goes out as it came.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

const fixtures = join(import.meta.dirname, "../fixtures/notebooks");
const FILE = "jupyter-4.5.ipynb";

test("import by button shows outputs and pictures; export gives the same bytes", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  const [chooser] = await Promise.all([
    ana.page.waitForEvent("filechooser"),
    ana.page.getByRole("button", { name: "Import" }).click(),
  ]);
  await chooser.setFiles(join(fixtures, FILE));
  await ana.page.waitForURL(/\/n\//);
  await expect(ana.page.locator(".outputs img").first()).toBeVisible();
  const [download] = await Promise.all([
    ana.page.waitForEvent("download"),
    (async () => {
      await ana.page.getByRole("button", { name: "More", exact: true }).first().click();
      await ana.page
        .getByRole("menuitem", { name: /Export|Download/ })
        .first()
        .click();
      await ana.page.getByRole("menuitem", { name: /ipynb/ }).click();
    })(),
  ]);
  expect(readFileSync(await download.path())).toEqual(readFileSync(join(fixtures, FILE)));
});

test("import by drag and drop, anywhere on the library", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  const text = readFileSync(join(fixtures, FILE), "utf8");
  const files = await ana.page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], "dropped.ipynb", { type: "application/json" }));
    return transfer;
  }, text);
  for (const type of ["dragenter", "dragover", "drop"]) {
    await ana.page.dispatchEvent("main", type, { dataTransfer: files });
  }
  await ana.page.waitForURL(/\/n\//);
  await expect(ana.cells.first()).toBeVisible();
});

test("a file that is no notebook is refused with the reason", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  const [chooser] = await Promise.all([
    ana.page.waitForEvent("filechooser"),
    ana.page.getByRole("button", { name: "Import" }).click(),
  ]);
  await chooser.setFiles({ name: "broken.ipynb", mimeType: "application/json", buffer: Buffer.from('{"cells": [') });
  await expect(ana.page.getByRole("region", { name: "Messages" }).getByText(/line 1, column 12/)).toBeVisible();
  expect(ana.page.url()).not.toContain("/n/");
});
