// Cells that are text with values in it, and cells in SQL: they read from JavaScript and are read by it.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest, test } from "./withHost.ts";

/** Adds a cell below the last one, in the language chosen below it, and runs it. */
async function add(person: Person, index: number, language: string, source: string): Promise<void> {
  const { page } = person;
  if (index > 0) {
    await person.leaveText();
    await page.keyboard.press("b");
  }
  await person.write(index, source);
  if (language !== "JavaScript") {
    await person.leaveText();
    await person.cell(index).getByRole("button", { name: "JavaScript", exact: true }).click();
    await page.getByRole("menuitem", { name: language, exact: true }).click();
    await expect(person.cell(index)).toBeFocused();
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
  await ana.enter(3);
  await ana.page.keyboard.insertText(" + \\frac{1}{");
  await ana.run(3);
  await expect(ana.outputs(3).locator(".math-mistake")).toContainText("Unexpected end of input");

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

  const spec = `{
    data: { values: [{ a: "A", b: 28 }, { a: "B", b: n * 10 }] }, mark: "bar",
    transform: [{ calculate: "datum.b * 2", as: "c" }],
    encoding: { x: { field: "a", type: "nominal", title: name }, y: { field: "c", type: "quantitative" } },
  }`;
  const chart = (given: string): string =>
    `({ [Symbol.for("Jupyter.display")]: () => ({ "application/vnd.vegalite.v6+json": ${given} }) })`;
  await add(ana, 5, "JavaScript", chart(spec));
  await expect(ana.outputs(5).frameLocator("iframe").locator("svg")).toContainText("<i>Ada</i>");
  await expect(ana.outputs(5).frameLocator("iframe").locator("svg path[aria-roledescription=bar]")).toHaveCount(2);
  await add(ana, 6, "JavaScript", chart('{ data: { url: "/canary.csv" }, mark: "bar", encoding: {} }'));
  await expect(ana.outputs(6)).toContainText("charts load no data");
  expect(await ana.page.title()).not.toContain("taken");
  expect(ana.errors).toEqual([]);
});

longTest("Plot draws a chart, also without a host once it was needed", async ({ browser, ownHost: host }) => {
  const ana = await Person.arrive(browser, host.ready.url, { installs: true });
  await ana.createNotebook();
  // From then on what is fetched is kept.
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const chart = (title: string): string =>
    `Plot.plot({ title: "${title}", color: { legend: true, scheme: "blues" }, marks: [` +
    `Plot.dot([{ a: 1, b: 2 }, { a: 2, b: 3 }], { x: "a", y: "b", fill: "b" })] })`;
  await add(ana, 0, "JavaScript", chart("Online"));
  const frame = ana.outputs(0).frameLocator("iframe");
  await expect(frame.getByRole("heading", { name: "Online" })).toBeVisible();
  await expect(frame.locator("circle")).toHaveCount(2);
  await expect(frame.locator("image")).toHaveAttribute("href", /^data:image\/png/);
  await ana.saved();
  await host.kill();
  await ana.reload();
  await ana.enter(0);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText(chart("Offline"));
  await ana.run(0);
  await expect(frame.getByRole("heading", { name: "Offline" })).toBeVisible();
  expect(ana.errors).toEqual([]);
});

test("cells in SQL read tables of JavaScript, bind values, and are read; also without a host", async ({
  browser,
  ownHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url, { installs: true });
  await ana.createNotebook();
  // From then on what is fetched is kept.
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await add(ana, 0, "JavaScript", "const people = [{ name: 'Ada', age: 36 }, { name: 'Bob', age: 17 }], limit = 18;");
  await add(ana, 1, "SQL", "-- name: adults\nSELECT name, age FROM people WHERE age >= ${limit}");
  await expect(ana.outputs(1).getByRole("table")).toContainText("Ada");
  await expect(ana.outputs(1).getByRole("table")).not.toContainText("Bob");
  await expect(ana.cell(1)).toContainText("Ran here");
  await add(ana, 2, "JavaScript", "adults.map(({ name }) => name).join()");
  await expect(ana.outputs(2)).toContainText("'Ada'");
  await add(ana, 3, "SQL", "SELECT *\nFROM adults\nWHERE nope = 1");
  await expect(ana.outputs(3)).toContainText('Referenced column "nope" not found');
  await expect(ana.outputs(3).getByRole("button", { name: "line 3" })).toBeVisible();
  // A new value makes the readers of its readers stale.
  await ana.enter(0);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText("const people = [{ name: 'Bob', age: 17 }], limit = 10;");
  await ana.run(2);
  await expect(ana.outputs(2)).toContainText("'Bob'");
  await host.kill();
  await ana.reload();
  await expect(ana.outputs(2)).toContainText("'Bob'");
  await ana.enter(0);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText("const people = [{ name: 'Cy', age: 17 }], limit = 10;");
  await ana.run(2);
  await expect(ana.outputs(2)).toContainText("'Cy'");
  expect(ana.errors).toEqual([]);
});
