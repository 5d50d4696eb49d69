// A cell whose result is kept: whoever would run the same has it at once, and is told whose it is.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest, test } from "./withHost.ts";

/** A number that no second run gives. */
const shown = async (person: Person, cell: number): Promise<string> =>
  /0\.\d{6,}/.exec(await person.cell(cell).innerText())?.[0] ?? "";

async function keep(person: Person, cell: number): Promise<void> {
  await person.enter(cell);
  await person.page.keyboard.press("Escape");
  await person.cell(cell).getByRole("button", { name: "More" }).click();
  await person.page.getByRole("menuitem", { name: "Keep its result" }).click();
  await expect(person.cell(cell).getByRole("img", { name: /Its result is kept/ })).toBeVisible();
}

test("a second person has the result without running it, here and on an agent, and may run it anyway", async ({
  browser,
  agentHost: host,
}) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url, { name: "Ana" }),
    Person.arrive(browser, host.ready.url, { name: "Ben" }),
  ]);
  const notebook = await ana.createNotebook();
  await ana.write(0, "const dice = Math.random(); dice");
  await keep(ana, 0);
  await ana.leaveText();
  await ana.page.keyboard.press("b");
  await ana.write(1, "[dice, 'read']");
  await ana.run(0);
  await expect(ana.cell(0)).toContainText("result kept");
  const first = await shown(ana, 0);
  expect(first).not.toBe("");

  await ben.openListed(notebook);
  await expect(ben.cell(0)).toContainText(first);
  await expect(ben.cell(0).getByRole("img", { name: /Its result is kept/ })).toBeVisible();
  await ben.run(1);
  await expect(ben.cell(1)).toContainText(first);
  await ben.run(0);
  await expect(ben.cell(0)).toContainText(/Result kept from Ana’s run, \d\d:\d\d/);
  expect(await shown(ben, 0)).toBe(first);
  await expect(ana.cell(0)).toContainText(/Result kept from your run, \d\d:\d\d/);

  await ben.runOn(0, /of \d+ places free/);
  // The fourth run of the notebook.
  await expect(ben.cell(0).locator(".gutter__count")).toHaveText(/\[4\]/);
  await expect(ben.cell(0)).toContainText(/Result kept from Ana’s run, \d\d:\d\d/);
  expect(await shown(ben, 0)).toBe(first);

  await ben.cell(0).getByRole("button", { name: "Run anyway" }).click();
  await expect(ben.cell(0)).not.toContainText("Run anyway");
  await expect(ben.cell(0)).toContainText(/Ran on .* · result kept/);
  expect(await shown(ben, 0)).not.toBe(first);
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

longTest(
  "in Python values stay what they are, and what cannot travel is said",
  async ({ browser, agentHost: host }) => {
    const [ana, ben] = await Promise.all([
      Person.arrive(browser, host.ready.url),
      Person.arrive(browser, host.ready.url),
    ]);
    const notebook = await ana.createNotebook();
    await ana.page.keyboard.press("Escape");
    await ana.write(0, "import random\npair = (random.random(), {3})\npair[0]");
    await chooseLanguage(ana, 0, "Python");
    await keep(ana, 0);
    await ana.run(0);
    await expect(ana.cell(0)).toContainText("result kept");
    const first = await shown(ana, 0);

    await ben.openListed(notebook);
    await ben.run(0);
    await expect(ben.cell(0)).toContainText("Run anyway");
    expect(await shown(ben, 0)).toBe(first);
    await ben.leaveText();
    await ben.page.keyboard.press("b");
    await ben.write(1, "(type(pair).__name__, pair[1], random.__name__)");
    await ben.run(1);
    await expect(ben.cell(1)).toContainText("('tuple', {3}, 'random')");

    await ben.write(1, "\ndef f(): pass\n");
    await keep(ben, 1);
    await ben.run(1);
    await expect(ben.cell(1)).toContainText("result not kept: f cannot travel to another computer: it is a function");
  },
);

async function chooseLanguage(person: Person, cell: number, name: string): Promise<void> {
  await person.enter(cell);
  await person.page.keyboard.press("Escape");
  await person.cell(cell).getByRole("button", { name: "More" }).click();
  await person.page.getByRole("menuitem", { name: "Language" }).click();
  await person.page.getByRole("menuitem", { name, exact: true }).click();
}
