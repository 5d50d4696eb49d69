import { press, type Act } from "./act.ts";

/** What runs and waits, on which computers. */
export const RUNNING_ACTS: Readonly<Record<string, Act>> = {
  "act-queue": {
    scene: "notebook-busy",
    play: async (page) => {
      await press(page, "q");
      await page.getByRole("heading", { name: "Kernels", exact: true }).waitFor();
    },
  },
  "act-run-settings": {
    scene: "notebook-busy",
    play: async (page) => {
      await press(page, "q");
      await page.getByLabel("Reactive").scrollIntoViewIfNeeded();
    },
  },
  "act-lend": {
    scene: "notebook-busy",
    play: async (page) => {
      await press(page, "q");
      await page.getByRole("button", { name: "Lend this computer…" }).click();
      await page.getByRole("button", { name: "Lend", exact: true }).scrollIntoViewIfNeeded();
    },
  },
  "act-lent": {
    scene: "notebook-busy",
    play: async (page) => {
      await press(page, "q");
      await page.getByRole("button", { name: "Lend this computer…" }).click();
      await page.getByRole("button", { name: "Lend", exact: true }).click();
      await page.getByRole("complementary", { name: "This computer is lent" }).waitFor();
      await press(page, "Escape");
    },
  },
  "act-jobs": {
    scene: "notebook-cluster",
    play: async (page) => {
      await press(page, "q");
      await page.getByRole("heading", { name: "Computers of the class" }).waitFor();
    },
  },
  "act-jobs-log": {
    scene: "notebook-cluster",
    play: async (page) => {
      await press(page, "q");
      await page.getByRole("button", { name: /^Log of cell/ }).click();
      await page.getByRole("button", { name: "Add a computer" }).click();
      await page.getByRole("heading", { name: "Computers of the class" }).scrollIntoViewIfNeeded();
    },
  },
  "act-jobs-none": {
    scene: "notebook-alone",
    play: async (page) => {
      await press(page, "q");
      await page.getByText("None is here that runs cells").scrollIntoViewIfNeeded();
    },
  },
  "act-jobs-move": {
    scene: "notebook-cluster",
    play: async (page) => {
      await press(page, "q");
      await page
        .getByRole("button", { name: /^Move cell \d+ to another computer/ })
        .first()
        .click();
      await page.getByRole("menuitem", { name: "Any computer" }).waitFor();
    },
  },
};
