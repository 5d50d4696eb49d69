// Who wrote what, what was, and the way back: two people on a real host.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { untilInstalled } from "../support/app/untilInstalled.ts";
import { longTest, test } from "./withHost.ts";

async function openHistory({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "History" }).click();
  await page.getByRole("dialog", { name: "History of this notebook" }).waitFor();
}

test("the time line names both authors, shows differences, and brings a cell back", async ({ browser, host }) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  await ben.openListed(notebook);
  await ana.type(0, "first line by ana\n");
  await expect.poll(() => ben.text(0)).toContain("ana");
  await ben.type(0, "second line by ben");
  await expect.poll(() => ana.text(0)).toContain("ben");
  await ana.leaveText();

  await openHistory(ana);
  const history = ana.page.getByRole("dialog", { name: "History of this notebook" });
  await history.getByLabel("Name the notebook as it is now").fill("Draft");
  await ana.page.keyboard.press("Enter");
  const version = history.getByRole("region", { name: "Named versions" }).getByRole("button");
  await expect(version).toContainText("Draft");
  await expect(version).toContainText("you");
  await expect(version).toContainText(await ben.name());
  await ana.page.keyboard.press("Escape");

  // Before anything is restored: a restore, and its undo, are written by whoever asks for them.
  await ana.page.locator("[data-cell]").first().focus();
  await ana.page.keyboard.press("Escape");
  await ana.page.locator(".cell--active").getByRole("button", { name: "More for this cell" }).click();
  await ana.page.getByRole("menuitem", { name: "History of this cell" }).click();
  const ofCell = ana.page.getByRole("dialog", { name: "History of this cell" });
  await expect(ofCell.getByRole("region", { name: "Who wrote this cell" })).toContainText(await ben.name());
  await ana.page.keyboard.press("Escape");

  await ben.enter(0);
  await ben.page.keyboard.press("Control+a");
  await ben.page.keyboard.type("nothing left");
  await expect.poll(() => ana.text(0)).toBe("nothing left");

  // By keyboard alone.
  await openHistory(ana);
  await version.focus();
  await ana.page.keyboard.press("Enter");
  const change = history.getByRole("region", { name: /changed/ });
  await expect(change.locator(".cm-deletedChunk")).toContainText("first line by ana");
  await expect(change.locator(".cm-content")).toContainText("nothing left");
  await change.getByRole("button", { name: "Restore this cell" }).focus();
  await ana.page.keyboard.press("Enter");
  for (const person of [ana, ben]) {
    await expect.poll(() => person.text(0)).toBe("first line by ana\nsecond line by ben");
  }
  await ana.page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => ben.text(0)).toBe("nothing left");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

test("whoever comes back sees what changed, and by whom", async ({ browser, host }) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  await ana.type(0, "one");
  await ben.openListed(notebook);
  await expect.poll(() => ben.text(0)).toBe("one");
  await expect(ana.status).toContainText("Saved on this computer");
  const address = ana.page.url();
  await ana.page.goto("about:blank");
  await ben.type(0, " and two by ben");
  await ben.leaveText();
  await ben.page.keyboard.press("b");
  await ben.type(1, "three by ben");
  await expect(ben.status).toContainText("Held by the class host");
  const name = await ben.name();
  await ana.visit(address);
  const banner = ana.page.getByRole("status").filter({ hasText: "2 cells were changed" });
  // The date is known once the page was open long enough to note it.
  await expect(banner).toContainText(new RegExp(`by ${name} (since|while you were away)`));
  await banner.getByRole("button", { name: "Show" }).click();
  const dialog = ana.page.getByRole("dialog", { name: "What changed while you were away" });
  await expect(dialog.getByRole("region", { name: /changed$/ })).toContainText("and two by ben");
  const added = dialog.getByRole("region", { name: /added$/ });
  await expect(added.locator(".cm-line")).toHaveText("three by ben");
  // Nothing went, not even an empty line.
  await expect(added.locator(".cm-deletedChunk")).toBeHidden();
  await dialog.getByRole("button", { name: "Dismiss" }).click();
  await expect(banner).toHaveCount(0);
});

longTest(
  "without the host, the history that this computer kept is shown and says so",
  async ({ browser, ownHost: host }) => {
    const ana = await Person.arrive(browser, host.ready.url, { installs: true });
    await ana.createNotebook();
    await ana.type(0, "kept here");
    await ana.leaveText();
    await expect(ana.status).toContainText("Held by the class host");
    // Menus and panels are loaded late.
    await untilInstalled(ana.page);
    await host.kill();
    await openHistory(ana);
    const history = ana.page.getByRole("dialog", { name: "History of this notebook" });
    await expect(history).toContainText("cannot be reached now. This is what this computer kept.");
    await history.getByLabel("Name the notebook as it is now").fill("Offline");
    await ana.page.keyboard.press("Enter");
    await expect(history.getByRole("region", { name: "Named versions" })).toContainText("Offline");
  },
);
