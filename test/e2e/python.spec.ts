// Cells in Python run in this browser: values, errors, questions, a stop that keeps what was computed, and without a host.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest, test } from "./withHost.ts";

/** Sets the language of a cell by its menu. */
async function setPython(person: Person, index: number): Promise<void> {
  const { page } = person;
  await person.enter(index);
  await page.keyboard.press("Escape");
  await person.cell(index).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Language" }).click();
  await page.getByRole("menuitem", { name: /^Python/ }).click();
}

test("cells in Python read from one another and from JavaScript, ask, fail and are stopped", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "const limit = 20;\nlimit");
  await ana.page.keyboard.press("Shift+Enter");
  await ana.write(
    1,
    "primes = [n for n in range(2, limit) if all(n % d for d in range(2, n))]\nprint(len(primes))\nprimes",
  );
  await setPython(ana, 1);
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("[2, 3, 5, 7, 11, 13, 17, 19]");
  await expect(ana.cell(1)).toContainText("Ran here");

  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("b");
  await ana.write(2, "name = input('Your name? ')\nprint(f'Hello, {name}', primes[name])");
  // The cell above is in Python, so this one is.
  await ana.run(2);
  await expect(ana.cell(2)).toContainText("Waiting for your input");
  await ana.page.getByLabel("Your name?").fill("Ada");
  await ana.page.keyboard.press("Enter");
  await expect(ana.outputs(2)).toContainText("Your name? Ada");
  await expect(ana.outputs(2)).toContainText("TypeError: list indices must be integers or slices, not str");
  await expect(ana.outputs(2).getByRole("button", { name: /line 2/ })).toBeVisible();

  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("b");
  await ana.write(3, "print('begun')\nwhile True: pass");
  await ana.run(3);
  await expect(ana.outputs(3)).toContainText("begun");
  await ana.stop(3);
  await expect(ana.cell(3)).toContainText(/nterrupted/);
  // Nothing was lost: what is read is still there, and not computed again.
  await ana.enter(3);
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.insertText("sum(primes)");
  await ana.run(3);
  await expect(ana.outputs(3)).toContainText("77");
});

longTest("a large value goes to Python only when its user lets it", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "const large = new Float64Array(9e6);");
  await ana.page.keyboard.press("Shift+Enter");
  await ana.write(1, "len(large)");
  await setPython(ana, 1);
  await ana.run(1);
  const question = ana.page.getByRole("group", { name: "Copy 68.7 MiB of large to Python?" });
  await question.getByRole("button", { name: "Cancel" }).press("Enter");
  await expect(ana.outputs(1)).toContainText("“large” to Python was not copied");
  await ana.run(1);
  await question.getByRole("button", { name: "Copy" }).press("Enter");
  await expect(ana.outputs(1)).toContainText("9000000");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("9000000");
  await expect(question).toHaveCount(0);
});
