// What was typed a moment before a page is left.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

test("what was typed right before a reload is there afterwards, with nobody else to have it", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.base);
  await ana.page.getByRole("button", { name: "New notebook" }).click();
  await ana.page.waitForURL(/\/n\//);
  await ana.type(0, "begun");
  await ana.saved();
  for (const word of [" one", " two", " three"]) {
    const before = await ana.text(0);
    await ana.type(0, word);
    await ana.reload();
    await expect.poll(() => ana.text(0)).toBe(`${before}${word}`);
  }
});
