// Help with writing: the notebook's variables and what is behind a dot, marks, renaming, and the list of variables.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

const DEFINITIONS = "const scores = [3, 4];\nfunction mean(list, digits = 2) { return list.length }";

test("an editor knows what other cells define, what it is and what is missing", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, DEFINITIONS);
  await ana.page.keyboard.press("Shift+Enter");
  await expect(ana.cell(0)).toContainText("Ran here");
  const suggestions = ana.page.locator(".cm-tooltip-autocomplete");
  await ana.type(1, "sco");
  await expect(suggestions).toContainText("scores");
  await expect(suggestions).toContainText("defined in cell 1");
  await ana.page.keyboard.type("res.filt");
  await expect(suggestions).toContainText("filter");
  await ana.page.keyboard.type("er(Boolean); mean(");
  await expect(ana.page.locator(".facts--signature")).toHaveText("mean(list, digits = 2)");
  await expect(ana.page.locator(".facts--signature strong")).toHaveText("list");
  await ana.page.keyboard.type("missing");
  await expect(ana.cell(1).locator(".cm-lintRange-warning")).toHaveText("missing");
  await ana.page.keyboard.press("Home");
  await ana.source(1).getByText("mean", { exact: false }).first().hover();
  expect(ana.errors).toEqual([]);
});

test("a variable gets another name in all cells, and back", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, "const x = 1");
  await ana.page.keyboard.press("Shift+Enter");
  await ana.write(1, "const y = 2;\n({ x })");
  await ana.page.keyboard.press("F2");
  const dialog = ana.page.getByRole("dialog", { name: "Rename a variable" });
  const name = dialog.getByRole("textbox", { name: /New name/ });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await dialog.getByRole("combobox").selectOption("x");
  await name.fill("y");
  await expect(dialog.getByRole("status")).toContainText("already means something else");
  await expect(dialog.getByRole("button", { name: "Rename" })).toBeDisabled();
  await name.fill("total");
  await expect(dialog).toContainText("2 places in 2 cells");
  await ana.page.keyboard.press("Enter");
  await expect.poll(() => ana.text(0)).toBe("const total = 1");
  await expect.poll(() => ana.text(1)).toBe("const y = 2;\n({ x: total })");
  await ana.page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => ana.text(0)).toBe("const x = 1");
  await expect.poll(() => ana.text(1)).toBe("const y = 2;\n({ x })");
});

test("the variables are listed with their values, and lead to their cells", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.write(0, DEFINITIONS);
  await ana.page.keyboard.press("Shift+Enter");
  await ana.write(1, "const twice = scores.map((n) => n * 2)");
  await ana.leaveText();
  await ana.page.keyboard.press("Shift+V");
  const dialog = ana.page.getByRole("dialog", { name: "Variables" });
  const row = dialog.getByRole("row", { name: /^scores/ });
  await expect(row).toContainText("[3, 4]");
  await expect(row).toContainText("2 items");
  await expect(row).toContainText("Kernel 1");
  await expect(dialog.getByRole("row", { name: /^twice/ })).toContainText("Not made yet");
  await row.getByRole("button", { name: "Cell 2" }).click();
  await expect(dialog).toBeHidden();
  await expect(ana.cell(1)).toHaveClass(/cell--active/);
});
