// Controls in outputs: their value is a variable, of one's own or everybody's, moved with the mouse or the keyboard.

import { expect, type Locator } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest, test } from "./withHost.ts";

async function notebook(ana: Person, ...sources: readonly string[]): Promise<string> {
  const url = await ana.createNotebook();
  for (const [index, source] of sources.entries()) {
    if (index > 0) {
      await ana.leaveText();
      await ana.page.keyboard.press("b");
    }
    await ana.write(index, source);
  }
  await ana.leaveText();
  await ana.page.keyboard.press("Control+a");
  await ana.page.keyboard.press("Control+Enter");
  return url;
}

const slider = (person: Person, name: string): Locator => person.outputs(0).getByRole("slider", { name });

test("a slider of one's own moves by keyboard and mouse, and what reads it says that it is out of date", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await notebook(ana, "const n = Inputs.slider({ label: 'Nodes', min: 0, max: 100, value: 40 });", "n * 10");
  await expect(ana.outputs(1)).toContainText("400");
  const number = ana.outputs(0).getByLabel("Nodes, as a number");
  await slider(ana, "Nodes").focus();
  await ana.page.keyboard.press("ArrowRight");
  await expect(number).toHaveValue("41");
  await expect(slider(ana, "Nodes")).toBeFocused();
  await expect(ana.cell(1)).toContainText("n changed in cell 1");
  await expect(ana.outputs(1)).toContainText("400");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("410");
  await expect(ana.cell(1)).not.toContainText("n changed");

  // Where it was: what was made then is as good as new.
  await number.fill("70");
  await number.press("Enter");
  await expect(ana.cell(1)).toContainText("n changed in cell 1");
  await number.fill("41");
  await number.press("Enter");
  await expect(ana.cell(1)).not.toContainText("n changed");
  expect(ana.errors).toEqual([]);
});

test("a shared control moves for everybody, and a run of anybody reads it; one's own does not", async ({
  browser,
  host,
}) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const cell =
    "const n = Inputs.slider({ label: 'All', min: 0, max: 9, value: 1, shared: true });\n" +
    "const own = Inputs.select(['red', 'blue'], { label: 'Own' });";
  const url = await notebook(ana, cell, "`${n} ${own}`");
  await expect(ana.outputs(1)).toContainText("1 red");
  await ben.openListed(url);
  await slider(ana, "All").focus();
  await ana.page.keyboard.press("End");
  await ana.outputs(0).getByLabel("Own").selectOption("blue");
  await expect(ben.outputs(0).getByLabel("All, as a number")).toHaveValue("9");
  await expect(ben.outputs(0).getByLabel("Own")).toHaveValue("red");
  await expect(ben.cell(1)).toContainText("changed in cell 1");
  await ben.run(1);
  await expect(ben.outputs(1)).toContainText("9 red");
  await expect(ana.outputs(1)).toContainText("9 red");
  // A page that is loaded again finds it where it stands.
  await ben.reload();
  await expect(ben.outputs(0).getByLabel("All, as a number")).toHaveValue("9");
  await expect(ben.outputs(0).getByLabel("Own")).toHaveValue("red");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

test("in a reactive notebook, what reads from a control runs as it moves, and nothing jumps", async ({
  browser,
  host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await notebook(ana, "const n = Inputs.slider({ label: 'N', min: 0, max: 50, value: 0 });", "'is ' + n");
  await expect(ana.outputs(1)).toContainText("is 0");
  await ana.leaveText();
  await ana.page.keyboard.press("q");
  await ana.page
    .getByRole("dialog", { name: "What runs" })
    .getByRole("switch")
    .or(ana.page.getByRole("dialog", { name: "What runs" }).getByRole("checkbox"))
    .first()
    .click();
  await ana.page.keyboard.press("Escape");
  const place = async (): Promise<number | undefined> => (await ana.cell(1).boundingBox())?.y;
  const before = await place();
  const thumb = (await ana.outputs(0).locator(".control__thumb").boundingBox())!;
  const track = (await ana.outputs(0).locator(".control__track").boundingBox())!;
  await ana.page.mouse.move(thumb.x + 9, thumb.y + 9);
  await ana.page.mouse.down();
  for (let step = 1; step <= 20; step++) {
    await ana.page.mouse.move(thumb.x + 9 + (track.width * step) / 20, thumb.y + 9);
    expect(await place()).toBe(before);
  }
  await ana.page.mouse.up();
  await expect(ana.outputs(1)).toContainText("is 50");
  await expect(ana.cell(1)).not.toContainText("changed");
  expect(ana.errors).toEqual([]);
});

longTest(
  "a chosen file, a text, a pressed button and chosen rows are values, in Python, too",
  async ({ browser, host }) => {
    const ana = await Person.arrive(browser, host.ready.url);
    const cell = [
      "const file = Inputs.file({ label: 'Data' });",
      "const text = Inputs.text({ label: 'Name', value: 'Ada' });",
      "const times = Inputs.button('Roll');",
      "const rows = Inputs.table([{ city: 'Quito' }, { city: 'Bogotá' }], { label: 'Cities' });",
    ].join("\n");
    await notebook(
      ana,
      cell,
      "[file && await file.text(), text, times, rows.map(({ city }) => city).join()].join('|')",
    );
    await expect(ana.outputs(1)).toContainText("|Ada|0|");
    const shown = ana.outputs(0);
    await shown.locator("input[type=file]").setInputFiles({
      name: "a.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("x,y"),
    });
    await expect(shown).toContainText("a.csv");
    await shown.getByLabel("Name").fill("Grace");
    await shown.getByRole("button", { name: "Roll" }).click();
    await shown.getByRole("button", { name: "Roll" }).click();
    await shown.getByRole("checkbox", { name: "Row 2" }).check();
    await expect(shown).toContainText("1 of 2 chosen");
    await ana.run(1);
    await expect(ana.outputs(1)).toContainText("x,y|Grace|2|Bogotá");

    await ana.leaveText();
    await ana.page.keyboard.press("b");
    await ana.write(
      2,
      "%%python\nk = inputs.slider('K', min=1, max=5, value=2)\nprint(k * 100)".replace("%%python\n", ""),
    );
    await ana.page.keyboard.press("Escape");
    await ana.cell(2).getByRole("button", { name: "More" }).click();
    await ana.page.getByRole("menuitem", { name: "Language" }).click();
    await ana.page.getByRole("menuitem", { name: /^Python/ }).click();
    await ana.run(2);
    await expect(ana.outputs(2)).toContainText("200");
    await ana.outputs(2).getByRole("slider", { name: "K" }).focus();
    await ana.page.keyboard.press("End");
    await ana.run(2);
    await expect(ana.outputs(2)).toContainText("500");
    expect(ana.errors).toEqual([]);
  },
);
