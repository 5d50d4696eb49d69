// Cells run in this browser: values, prints, errors with their line, pictures, HTML, and always a way to stop.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

test("a cell shows what it prints and its value, and the next cell reads its variables", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  // A new notebook waits for text, not for commands.
  await expect(ana.cell(0).locator(".cm-content")).toBeFocused();
  await ana.page.keyboard.insertText("const numbers = [1, 2, 3];\nconsole.log('printed');\nnumbers.length");
  await ana.page.keyboard.press("Shift+Enter");
  await expect(ana.outputs(0)).toContainText("printed");
  await expect(ana.outputs(0)).toContainText("3");
  await expect(ana.cells).toHaveCount(2);
  await ana.write(1, "numbers.map((n) => n * 14).at(-1)");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("42");
  await expect(ana.cell(1)).toContainText("Ran here");
});

test("an error names the line of the cell, and a click goes there", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "const a = 1;\nconst b = 2;\nnull.oops;\n");
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("TypeError");
  await ana
    .outputs(0)
    .getByRole("button", { name: /line 3/ })
    .first()
    .click();
  await ana.page.keyboard.press("End");
  await ana.page.keyboard.insertText(" // here");
  await expect(ana.source(0)).toContainText("null.oops; // here");
});

test("each line of a trace leads to its cell, and its line there", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "const fail = () => {\n  null.oops;\n};\n");
  await ana.page.keyboard.press("Shift+Enter");
  await ana.write(1, "fail()");
  await ana.run(1);
  await ana.outputs(1).getByRole("button", { name: "Show trace" }).click();
  await expect(ana.outputs(1).getByRole("button", { name: "cell 2 line 1" })).toBeVisible();
  await ana.outputs(1).getByRole("button", { name: "cell 1 line 2" }).click();
  await ana.page.keyboard.press("End");
  await ana.page.keyboard.insertText(" // here");
  await expect(ana.source(0)).toContainText("null.oops; // here");
});

test("HTML and pictures are shown, and a script in HTML does not run", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "html`<b id='bold'>bold</b><img src='x' onerror='top.hacked = 1'>`");
  await ana.run(0);
  const frame = ana.outputs(0).frameLocator("iframe");
  await expect(frame.locator("b")).toHaveText("bold");
  expect(await ana.page.evaluate(() => "hacked" in globalThis)).toBe(false);
  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("b");
  const draw =
    "const canvas = new OffscreenCanvas(40, 20);\nconst pen = canvas.getContext('2d');\npen.fillStyle = 'teal';\n" +
    "pen.fillRect(0, 0, 40, 20);\ncanvas";
  await ana.write(1, draw);
  await ana.run(1);
  await expect(ana.outputs(1).locator("img")).toBeVisible();
  expect(
    await ana
      .outputs(1)
      .locator("img")
      .evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBe(40);
});

test("text of another run is written into the element of the text before; HTML starts afresh", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "Math.random()");
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("0.");
  const shown = () => ana.outputs(0).locator(".printed");
  // A run that takes longer than most, on a busy computer, is seen to run first.
  await expect(async () => {
    const before = await shown().elementHandle();
    const text = (await before.textContent()) ?? "";
    await ana.run(0);
    await expect(shown()).not.toHaveText(text);
    expect(await before.evaluate((element) => element.isConnected)).toBe(true);
  }).toPass();

  await ana.enter(0);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText("html`<b>${Math.random()}</b>`");
  await ana.run(0);
  await ana.outputs(0).frameLocator("iframe").locator("b").waitFor();
  const frame = await ana.outputs(0).locator("iframe").elementHandle();
  await ana.run(0);
  await expect.poll(() => frame.evaluate((element) => element.isConnected)).toBe(false);
});

test("an endless loop is stopped by the stop button, and the cell runs again", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "for (;;) {}");
  await ana.run(0);
  await expect(ana.cell(0).getByRole("button", { name: /^Stop/ })).toBeVisible();
  await ana.stop(0);
  await expect(ana.cell(0)).toContainText(/nterrupted/);
  await ana.enter(0);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText("6 * 7");
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("42");
});

test("both people see a cell run, and a reload in the middle leaves it interrupted, not running for ever", async ({
  browser,
  host,
}) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  await ben.openListed(notebook);
  await ana.write(0, "console.log('begun');\nawait new Promise(() => {})");
  await ana.run(0);
  await expect(ben.cell(0)).toContainText(/[Rr]unning/);
  await ana.reload();
  for (const person of [ana, ben]) {
    await expect(person.cell(0)).toContainText(/nterrupted/);
    await expect(person.cell(0).getByRole("button", { name: /[Rr]un again/ })).toBeVisible();
  }
});
