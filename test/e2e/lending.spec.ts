// A page lends its kernels to the class: others' cells run in it, until it is stopped, and only for whom it was said.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest, test } from "./withHost.ts";

/** Opens the panel of what runs, and lends this computer. */
async function lend(person: Person, only?: string): Promise<void> {
  await person.page.getByRole("button", { name: /^What runs/ }).click();
  await person.page.getByRole("button", { name: "Lend this computer…" }).click();
  if (only !== undefined) {
    await person.page.getByLabel("Only these people").check();
    await person.page.getByLabel(only).check();
  }
  await person.page.getByRole("button", { name: "Lend", exact: true }).click();
  await person.page.keyboard.press("Escape");
  await expect(sign(person)).toContainText("Lending 1 place");
}

const sign = (person: Person) => person.page.getByRole("complementary", { name: "This computer is lent" });
/** Menus show who was here when they were opened. */
async function untilLent({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: /^What runs/ }).click();
  await expect(page.getByRole("region", { name: "Computers of the class" })).toContainText("Ben (lent)");
  await page.keyboard.press("Escape");
}

const LENT = /^Ben \(lent\)/;

test("a cell runs on a lent computer, whose page shows that, and Stop gives back what runs", async ({
  browser,
  ownHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url, { name: "Ana" });
  await ana.createNotebook();
  const ben = await Person.arrive(browser, host.ready.url, { name: "Ben" });
  await ben.createNotebook();
  await expect(sign(ben)).toBeHidden();
  await lend(ben);

  // It has neither the page's origin nor a network.
  await ana.write(
    0,
    "const reached = await fetch('/host.json').then(() => 'reached', () => 'cut off');\n[origin, reached].join(' ')",
  );
  await untilLent(ana);
  await ana.runOn(0, LENT);
  await expect(ana.outputs(0)).toContainText("null cut off");
  await expect(ana.cell(0)).toContainText("Ran on Ben (lent) by Ana");
  await expect(sign(ben)).toContainText("1 done");

  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("b");
  await ana.write(1, "for (;;) {}");
  await ana.runOn(1, LENT);
  await expect(sign(ben)).toContainText("1 cell runs");
  await expect(ana.cell(1)).toContainText("Running on Ben (lent)");
  await sign(ben).getByRole("button", { name: "Stop lending" }).click();
  await sign(ben).getByRole("button", { name: "Stop at once" }).click();
  await expect(sign(ben)).toBeHidden();
  await expect(ana.cell(1)).toContainText("Interrupted");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

longTest("is for those alone who were chosen, and off again in the next page", async ({ browser, ownHost: host }) => {
  const ana = await Person.arrive(browser, host.ready.url, { name: "Ana" });
  await ana.createNotebook();
  await ana.write(0, "'done for ' + 1");
  const chen = await Person.arrive(browser, host.ready.url, { name: "Chen" });
  await chen.createNotebook();
  await chen.write(0, "'done for ' + 2");
  const ben = await Person.arrive(browser, host.ready.url, { name: "Ben" });
  await ben.createNotebook();
  await lend(ben, "Ana");
  await untilLent(ana);
  await ana.runOn(0, LENT);
  await expect(ana.outputs(0)).toContainText("done for 1");
  await chen.runOn(0, /^Any computer/);
  await expect(chen.cell(0)).toContainText("takes no cells of this device");
  await ben.reload();
  await expect(ben.cells).toHaveCount(1);
  await expect(sign(ben)).toBeHidden();
  await expect(chen.cell(0)).toContainText("no computer of the class is here to run it");
});

/** A battery that the test charges and empties: browsers let nobody do that. */
interface TestBattery extends EventTarget {
  charging: boolean;
  level: number;
}
declare global {
  var testBattery: TestBattery;
}

longTest(
  "a lent computer pauses on battery below the level that was chosen, and says so",
  async ({ browser, ownHost: host }) => {
    const ben = await Person.arrive(browser, "about:blank", { name: "Ben" });
    await ben.context.addInitScript(() => {
      globalThis.testBattery = Object.assign(new EventTarget(), { charging: false, level: 0.5 });
      Object.assign(Navigator.prototype, { getBattery: () => Promise.resolve(globalThis.testBattery) });
    });
    await ben.page.goto(host.ready.url);
    await ben.createNotebook();
    const change = (charging: boolean, level: number): Promise<void> =>
      ben.page.evaluate(
        (next) => {
          Object.assign(testBattery, next);
          testBattery.dispatchEvent(new Event("levelchange"));
        },
        { charging, level },
      );

    await ben.page.getByRole("button", { name: /^What runs/ }).click();
    await ben.page.getByRole("button", { name: "Lend this computer…" }).click();
    await expect(ben.page.getByLabel("Pause on battery below")).toBeChecked();
    await ben.page.getByLabel("Level of the battery").selectOption("20 %");
    await ben.page.getByRole("button", { name: "Lend", exact: true }).click();
    await ben.page.keyboard.press("Escape");
    await expect(sign(ben)).toContainText("Lending 1 place");
    await change(false, 0.18);
    await expect(sign(ben)).toContainText("Paused: on battery, 18 %");
    await change(true, 0.18);
    await expect(sign(ben)).toContainText("Lending 1 place");
    await change(false, 0.17);
    await expect(sign(ben)).toContainText("Paused: on battery, 17 %");
    await sign(ben).getByRole("button", { name: "Stop lending" }).click();
    await expect(sign(ben)).toBeHidden();
  },
);
