// Cells that are text with values in it, and cells in SQL: they read from JavaScript and are read by it.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

/** Adds a cell below the last one, in a language of the cell's menu, and runs it. */
async function add(person: Person, index: number, language: string, source: string): Promise<void> {
  const { page } = person;
  if (index > 0) {
    await person.leaveText();
    await page.keyboard.press("b");
  }
  await person.write(index, source);
  if (language !== "JavaScript") {
    await person.leaveText();
    await person.cell(index).getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Language" }).click();
    await page.getByRole("menuitem", { name: language, exact: true }).click();
  }
  await person.run(index);
}

test("cells of text show the values of other cells, as data", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await add(ana, 0, "JavaScript", "const name = '<i>Ada</i>', n = 3;");
  await add(ana, 1, "HTML", "<p class='who'>${name} has ${n}</p><script>parent.document.title = 'taken'</script>");
  const frame = ana.outputs(1).frameLocator("iframe");
  await expect(frame.locator("p.who")).toHaveText("<i>Ada</i> has 3");
  await add(ana, 2, "Markdown", "# About ${name}\n\n$x^${n}$");
  await expect(ana.outputs(2).locator("h1")).toHaveText("About <i>Ada</i>");
  await add(ana, 3, "TeX", "\\frac{${n}}{2} = \\alpha");
  await expect(ana.outputs(3).locator(".katex").first()).toContainText("α");

  await add(ana, 4, "Mermaid", 'graph LR\n  A["${name}"] --> B[End]');
  const diagram = ana.outputs(4).frameLocator("iframe").locator("svg");
  await expect(diagram).toContainText("<i>Ada</i>");
  await expect(diagram).toContainText("End");
  // What no diagram is says so, with its line.
  await ana.enter(4);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText("graph LR\n  A -- B --> [");
  await ana.run(4);
  await expect(ana.outputs(4)).toContainText("This diagram cannot be drawn");
  await expect(ana.outputs(4)).toContainText(/line 2/);
  expect(await ana.page.title()).not.toContain("taken");
  expect(ana.errors).toEqual([]);
});
