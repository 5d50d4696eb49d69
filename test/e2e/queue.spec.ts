// What runs can be seen and steered, and what is out of date says why.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest, test } from "./withHost.ts";

async function notebook(ana: Person, ...sources: readonly string[]): Promise<void> {
  await ana.createNotebook();
  for (const [index, source] of sources.entries()) {
    if (index > 0) {
      await ana.leaveText();
      await ana.page.keyboard.press("b");
    }
    await ana.write(index, source);
  }
}

test("what runs is opened with a key, one waiting cell cancelled, a loop stopped; an edit stops nothing", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await notebook(ana, "const kept = 7;", "for (;;) kept;", "kept + 1", "kept + 2");
  await ana.leaveText();
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.press("Control+Enter");
  await expect(ana.cell(1)).toContainText("Running here");
  await ana.type(1, " // edited while it runs");
  await ana.leaveText();
  await expect(ana.cell(1)).toContainText("Running here");
  await ana.page.keyboard.press("q");
  const queue = ana.page.getByRole("dialog", { name: "What runs" });
  await expect(queue.getByRole("listitem").filter({ hasText: "Cell 4" })).toContainText("Waiting");
  await queue.getByRole("button", { name: "Cancel cell 4" }).press("Enter");
  await expect(queue).not.toContainText("Cell 4");
  await queue.getByRole("button", { name: "Stop cell 2" }).press("Enter");
  await expect(ana.outputs(1)).toContainText("Its kernel was ended: kept is made again when a cell needs it.");
  await expect(ana.outputs(2)).toContainText("8");
  await expect(ana.cell(3)).not.toContainText("Ran here");
});

test("a change says in its readers which variable is out of date and where; deleting the cell says so, too", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await notebook(ana, "const x = 1;", "x * 10");
  await ana.run(0);
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("10");
  await ana.type(0, " // more");
  await expect(ana.cell(1)).toContainText("x is out of date in cell 1");
  await ana.leaveText();
  await ana.page.keyboard.press("u");
  await expect(ana.cell(1)).not.toContainText("out of date");
  await ana.page.keyboard.press("d");
  await ana.page.keyboard.press("d");
  await expect(ana.cells).toHaveCount(1);
  await expect(ana.cell(0)).toContainText("x was defined by a cell that was deleted");
  // A button of the header that has the keyboard, after a click or a menu, takes no letters.
  await ana.page.getByRole("button", { name: "Share", exact: true }).focus();
  await ana.page.keyboard.press("g");
  await expect(ana.page.getByRole("dialog")).toContainText("1 cell, 1 out of date");
});

longTest(
  "in a reactive notebook, moving, deleting and undoing run what reads from elsewhere by that, and nothing else",
  async ({ browser, host }) => {
    const ana = await Person.arrive(browser, host.ready.url);
    const { keyboard } = ana.page;
    await notebook(ana, "const x = 1;", "const x = 2;", "'x is ' + x", "Math.random()");
    for (const cell of [0, 2, 3]) await ana.run(cell);
    await expect(ana.outputs(2)).toContainText("x is 2");
    await expect(ana.cell(3)).toContainText("Ran here");
    await ana.type(1, " // more");
    await expect(ana.cell(2)).toContainText("x is out of date in cell 2");
    await ana.run(2);
    await expect(ana.cell(2)).not.toContainText("out of date");
    await ana.leaveText();
    const other = await ana.outputs(3).textContent();
    await keyboard.press("q");
    await ana.page.getByRole("dialog", { name: "What runs" }).getByRole("checkbox", { name: "Reactive" }).click();
    await keyboard.press("Escape");

    await ana.enter(2);
    await ana.leaveText();
    await keyboard.press("Control+Shift+ArrowUp");
    await expect(ana.outputs(1)).toContainText("x is 1");
    await keyboard.press("z");
    await expect(ana.outputs(2)).toContainText("x is 2");
    await keyboard.press("Shift+Z");
    await expect(ana.outputs(1)).toContainText("x is 1");

    await ana.enter(0);
    await ana.leaveText();
    await keyboard.press("d");
    await keyboard.press("d");
    await expect(ana.outputs(0)).toContainText("x is 2");
    await keyboard.press("z");
    await expect(ana.outputs(1)).toContainText("x is 1");
    expect(await ana.outputs(3).textContent()).toBe(other);
    expect(ana.errors).toEqual([]);
  },
);
