import type { Page } from "playwright";
import { press, type Act } from "./act.ts";
import { RUNNING_ACTS } from "./runningActs.ts";

/** Writes at the end of a cell that is an editor by then. */
const writeIn = async (page: Page, index: number, text: string): Promise<void> => {
  for (let at = 0; at < index; at++) await press(page, "j");
  await press(page, "Enter");
  await page.locator("[data-cell]").nth(index).locator(".cm-focused").waitFor();
  await press(page, "Control+End");
  for (const part of text) await (part === "\n" ? press(page, "Enter") : page.keyboard.type(part));
};

/** Asks for suggestions until what helps with writing has been loaded. */
const suggestions = async (page: Page, text: string): Promise<void> => {
  const shown = page.locator(".cm-tooltip-autocomplete").getByText(text).first();
  const isShown = (): Promise<boolean> =>
    shown.waitFor({ timeout: 500 }).then(
      () => true,
      () => false,
    );
  for (let tries = 0; tries < 20 && !(await isShown()); tries++) await press(page, "Control+Space");
};

const showCellHistory = async (page: Page): Promise<void> => {
  await page.getByText("since").first().waitFor();
  await press(page, "j");
  await page.locator(".cell--active").getByRole("button", { name: "More for this cell" }).click();
  await page.getByRole("menuitem", { name: "History of this cell" }).click();
  await page.locator(".history__authors pre").waitFor();
};

/** States that need a hand on the page: what is open, pointed at, selected or dragged. */
export const ACTS: Readonly<Record<string, Act>> = {
  ...RUNNING_ACTS,
  "act-editing": {
    scene: "notebook",
    play: async (page) => {
      await page.locator(".cm-content").first().click();
      await page.locator(".cm-focused").waitFor();
    },
  },
  "act-dataflow": {
    scene: "notebook-dataflow",
    play: async (page) => {
      await press(page, "g");
      await page.getByRole("list", { name: "Cells, in order" }).waitFor();
    },
  },
  "act-stale": {
    scene: "notebook-dataflow",
    play: async (page) => {
      await press(page, "j");
      await page.locator(".gutter__stale").first().waitFor();
    },
  },
  "act-rename-variable": {
    scene: "notebook",
    play: async (page) => {
      await writeIn(page, 2, "");
      await press(page, "Control+Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "F2");
      await page.getByRole("textbox", { name: /New name/ }).fill("informed");
      await page.getByText("places in").waitFor();
    },
  },
  "act-variables": {
    scene: "notebook",
    play: async (page) => {
      await press(page, "Shift+V");
      await page.getByRole("row", { name: /^rounds/ }).waitFor();
    },
  },
  "act-complete": {
    scene: "notebook",
    play: async (page) => {
      await writeIn(page, 6, "\nrou");
      await suggestions(page, "defined in cell");
    },
  },
  "act-complete-members": {
    scene: "notebook",
    play: async (page) => {
      await writeIn(page, 6, "\nrounds.f");
      await suggestions(page, "findIndex");
    },
  },
  "act-signature": {
    scene: "notebook",
    play: async (page) => {
      await writeIn(page, 6, "\nspread(known, ");
      await page.locator(".facts--signature").waitFor();
    },
  },
  "act-marks": {
    scene: "notebook",
    play: async (page) => {
      await writeIn(page, 5, "");
      await page.locator(".cm-lintRange-warning").first().hover();
      await page.locator(".cm-tooltip-hover").first().waitFor();
    },
  },
  "act-hover": { scene: "notebook", play: (page) => page.locator("[data-cell]").nth(4).hover() },
  "act-selection": { scene: "notebook", play: (page) => press(page, "j", "Shift+j", "Shift+j") },
  "act-writing-text": {
    scene: "notebook",
    play: async (page) => {
      await press(page, "Enter");
      await page.locator(".cm-focused").waitFor();
    },
  },
  "act-cell-menu": {
    scene: "notebook",
    play: async (page) => {
      await press(page, "j", "j");
      await page.locator(".cell--active").getByRole("button", { name: "More for this cell" }).click();
      await page.getByRole("menuitem", { name: "Run on" }).hover();
      await page.getByRole("menuitem", { name: "lab-3" }).waitFor();
    },
  },
  "act-history": {
    scene: "notebook-history",
    play: async (page) => {
      await page.getByText("since").first().waitFor();
      await page.getByRole("button", { name: "More", exact: true }).click();
      await page.getByRole("menuitem", { name: "History" }).click();
      await page.getByRole("region", { name: "Named versions" }).getByRole("button").click();
      await page.locator(".history__diff .cm-content").first().waitFor();
    },
  },
  "act-cell-history": {
    scene: "notebook-history",
    play: showCellHistory,
  },
  "act-cell-history-claims": {
    scene: "notebook-history-claims",
    play: showCellHistory,
  },
  "act-away": {
    scene: "notebook-history",
    play: async (page) => {
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await page.locator(".history__diff .cm-content").first().waitFor();
    },
  },
  "act-status": {
    scene: "notebook-offline",
    play: async (page) => {
      await page.locator(".status").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "act-people": {
    scene: "notebook",
    play: async (page) => {
      await page.locator(".people").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "act-claims": {
    scene: "notebook-claims",
    play: async (page) => {
      await page.locator(".people").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "act-share": {
    scene: "notebook",
    play: async (page) => {
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByLabel("Invitation link").waitFor();
    },
  },
  "act-class-code": {
    scene: "library-class",
    play: async (page) => {
      await page.getByRole("button", { name: "Show a code for cameras" }).click();
      await page.getByRole("img", { name: /^QR code/ }).waitFor();
    },
  },
  "act-meshbook-file": {
    scene: "library",
    play: async (page) => {
      await page.getByRole("button", { name: "More for Lamport clocks" }).click();
      await page.getByRole("menuitem", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: "Meshbook file" }).click();
      await page.getByLabel("Include the key").check();
    },
  },
  "act-doctor": {
    scene: "notebook-three",
    play: async (page) => {
      await page.locator(".status").click();
      await page.getByRole("button", { name: "Check the connection" }).click();
      await page.getByRole("button", { name: "Check again", disabled: false }).waitFor({ timeout: 15_000 });
    },
  },
  "act-members": {
    scene: "notebook-teacher",
    play: async (page) => {
      await page.getByRole("button", { name: "More", exact: true }).click();
      await page.getByRole("menuitem", { name: "Who may do what" }).click();
      await page.getByLabel("Whoever has the link may").waitFor();
    },
  },
  "act-members-key": {
    scene: "notebook-teacher",
    play: async (page) => {
      await page.getByRole("button", { name: "More", exact: true }).click();
      await page.getByRole("menuitem", { name: "Who may do what" }).click();
      await page.getByRole("button", { name: "Change the key…" }).click();
    },
  },
  "act-members-blind": {
    scene: "notebook-blind",
    play: async (page) => {
      await page.getByRole("button", { name: "More", exact: true }).click();
      await page.getByRole("menuitem", { name: "Who may do what" }).click();
      await page.getByRole("button", { name: "Change the key…" }).click();
    },
  },
  "act-packages": {
    scene: "notebook-languages",
    play: async (page) => {
      await page.getByRole("button", { name: "More", exact: true }).click();
      await page.getByRole("menuitem", { name: "Where packages come from" }).click();
      await page.getByRole("heading", { name: "Python packages in this notebook" }).waitFor();
    },
  },
  "act-complete-tables": {
    scene: "notebook-languages",
    play: async (page) => {
      await writeIn(page, 3, "\nSELECT 1 FROM peopl");
      await suggestions(page, "table of cell");
    },
  },
  "act-shortcuts": {
    scene: "notebook",
    play: async (page) => {
      await press(page, "?");
      await page.getByRole("dialog").waitFor();
    },
  },
  "act-palette": {
    scene: "notebook",
    play: async (page) => {
      await press(page, "Control+Shift+P");
      await page.getByRole("combobox").fill("cell");
    },
  },
  "act-deleted": { scene: "notebook", play: (page) => press(page, "j", "d", "d") },
  "act-rename": {
    scene: "library",
    play: async (page) => {
      await page.getByRole("button", { name: "More for Lamport clocks" }).click();
      await page.getByRole("menuitem", { name: "Rename" }).click();
    },
  },
  "act-card-menu": {
    scene: "library",
    play: async (page) => {
      await page.getByRole("button", { name: "More for Lamport clocks" }).click();
      await page.getByRole("menuitem", { name: "Rename" }).waitFor();
    },
  },
  "act-bad-invitation": {
    scene: "library",
    play: async (page) => {
      await page.getByLabel("Join a class").fill("hello");
      await page.getByRole("button", { name: "Join" }).click();
      await page.getByRole("alert").filter({ hasText: "link" }).waitFor();
    },
  },
  "act-drop": {
    scene: "library-class",
    play: async (page) => {
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["{}"], "lab.ipynb"));
        window.dispatchEvent(new DragEvent("dragenter", { dataTransfer, cancelable: true }));
      });
      await page.getByText("Drop to import").waitFor();
    },
  },
};
