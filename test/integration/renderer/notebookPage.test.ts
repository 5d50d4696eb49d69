// The notebook page in a real Chromium, on the fake application: keyboard, focus, and what must never happen.

import type { Browser, Page, Request } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../support/chromium.ts";
import { openStage, standStill } from "../../support/ui-stage/stagePage.ts";
import { startStage, type Stage } from "../../support/ui-stage/startStage.ts";

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  [stage, browser] = await Promise.all([startStage(), launchChromium()]);
});

afterAll(async () => {
  await browser.close();
  await stage.close();
});

async function open(scene: string): Promise<Page> {
  const page = await openStage(browser, { base: stage.base, scene });
  await page.locator(".cell--active").waitFor();
  return page;
}

/** Sources of the visible cells, as they stand in the document. */
const sources = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => (globalThis as unknown as StageWindow).stage.sources());

interface StageWindow {
  readonly stage: {
    sources(): readonly string[];
    moveFirstDown(): void;
    deleteActive(): void;
    executed(): number;
    outgrow(): void;
  };
}

const activeCell = (page: Page): Promise<number> =>
  page.evaluate(() => [...document.querySelectorAll("[data-cell]")].findIndex((row) => row.matches(".cell--active")));

describe("the keyboard of a notebook", () => {
  it("edits, leaves, inserts, deletes and undoes as in Jupyter", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.keyboard.type("1 + ");
    await page.keyboard.press("Escape");
    expect(await sources(page)).toEqual(["1 + one", "two", "three"]);
    await page.keyboard.press("b");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    // A number: for a word completions may be offered, and the first Escape would close them.
    await page.keyboard.type("42");
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    expect(await sources(page)).toEqual(["1 + one", "", "42", "two", "three"]);
    await page.keyboard.press("d");
    await page.keyboard.press("d");
    expect(await sources(page)).toEqual(["1 + one", "42", "two", "three"]);
    await page.keyboard.press("z");
    expect(await sources(page)).toEqual(["1 + one", "", "42", "two", "three"]);
    await page.context().close();
  });

  it("runs with Shift-Enter and goes on, and past the last cell writes a new one", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("End");
    for (let press = 0; press < 3; press++) await page.keyboard.press("Shift+Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    expect(await activeCell(page)).toBe(3);
    await page.keyboard.type("6 * 7");
    await page.keyboard.press("Control+Enter");
    await page.locator(".cell--active .printed--value", { hasText: "42" }).waitFor();
    expect(await page.locator(".cell--active .caption__run").textContent()).toContain("Ran here by Ana López · 12 ms");
    await page.context().close();
  });

  it("selects several, moves, cuts, pastes, merges and splits them", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Control+Shift+ArrowDown");
    expect(await sources(page)).toEqual(["three", "one", "two"]);
    await page.keyboard.press("x");
    expect(await sources(page)).toEqual(["three"]);
    await page.keyboard.press("v");
    expect(await sources(page)).toEqual(["three", "one", "two"]);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Shift+M");
    expect(await sources(page)).toEqual(["three", "one\n\ntwo"]);
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Control+Shift+Minus");
    expect(await sources(page)).toEqual(["three", "one", "two"]);
    await page.context().close();
  });

  it("passes from text to text over the edges of cells", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.type("a");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type("b");
    expect(await sources(page)).toEqual(["oneb", "atwo", "three"]);
    await page.context().close();
  });

  it("shows help by ? and runs commands from the palette, and gives the keyboard back", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    // Closed, it has no role any more; gone it is a moment later, and only then are keys the page's again.
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("Control+Shift+P");
    await page.getByRole("combobox").fill("insert below");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("[data-cell]").length === 4);
    await page.keyboard.press("ArrowUp");
    expect(await activeCell(page)).toBe(0);
    await page.context().close();
  });
});

async function openMenu(page: Page): Promise<void> {
  // Tools are shown for the cell pointed at.
  await page.locator(".cell--active").hover();
  await page.locator(".cell--active").getByRole("button", { name: "More for this cell" }).click();
}

describe("the menu of a cell", () => {
  it("gives the keyboard back to the cell it acted on", async () => {
    const page = await open("notebook-three");
    await openMenu(page);
    await page.getByRole("menuitem", { name: "Convert to text" }).click();
    await page.locator(".cell--active.cell--markdown").waitFor();
    await page.keyboard.press("y");
    await page.locator(".cell--active.cell--code").waitFor();
    await openMenu(page);
    await page.getByRole("menuitem", { name: "Run on" }).hover();
    await page.getByRole("menuitem", { name: "This computer" }).click();
    await page.locator(".cell--active .error-output").waitFor();
    await openMenu(page);
    await page.getByRole("menuitem", { name: "Delete cell" }).click();
    await page.keyboard.press("j");
    expect(await sources(page)).toEqual(["two", "three"]);
    expect(await activeCell(page)).toBe(1);
    await page.context().close();
  });
});

describe("text that came from elsewhere", () => {
  it("is edited where it seems to be, also with line ends of Windows", async () => {
    const page = await open("notebook-crlf");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("!");
    expect(await sources(page)).toEqual(["one\r\ntwo!"]);
    await page.context().close();
  });
});

describe("a notebook that others change", () => {
  it("keeps the keyboard in the text when somebody moves the cell", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.evaluate(() => (globalThis as unknown as StageWindow).stage.moveFirstDown());
    await page.keyboard.type("dd");
    expect(await sources(page)).toEqual(["two", "three", "ddone"]);
    await page.context().close();
  });

  it("does not read typing as commands after somebody deleted the cell, and restores it whole", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.evaluate(() => (globalThis as unknown as StageWindow).stage.deleteActive());
    await page.keyboard.type("bddx");
    expect(await sources(page)).toEqual(["two", "three"]);
    await page.getByText("Deleted by Ben while you were typing").waitFor();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.locator(".cell--active .cm-focused").waitFor();
    expect(await sources(page)).toEqual(["one", "two", "three"]);
    await page.context().close();
  });

  it("stops editing at once when somebody's newer version wrote in it, and says so", async () => {
    const page = await open("notebook-three");
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    await page.evaluate(() => (globalThis as unknown as StageWindow).stage.outgrow());
    await page.getByText("This notebook was written by a newer Meshbook").waitFor();
    await page.locator('.cm-content[contenteditable="false"]').first().waitFor();
    await page.locator(".cm-content").first().click();
    await page.keyboard.type("xbdd");
    await page.keyboard.press("Escape");
    await page.keyboard.type("bdd");
    expect(await sources(page)).toEqual(["one", "two", "three"]);
    await page.context().close();
  });

  it("changes nothing outside a cell when somebody types in it", async () => {
    const page = await open("notebook-three");
    await page.evaluate(() => {
      const touched = new Set<string>();
      Object.assign(globalThis, { touched });
      const note = ({ target }: MutationRecord): void => {
        // What an editor threw away belongs to no cell any more.
        if (!target.isConnected) return;
        const element = target instanceof Element ? target : target.parentElement;
        touched.add(element?.closest("[data-cell]")?.getAttribute("data-cell") ?? element?.outerHTML ?? "");
      };
      const everything = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver((records) => records.forEach(note)).observe(document.body, everything);
    });
    await page.keyboard.press("Enter");
    await page.locator(".cell--active .cm-focused").waitFor();
    // Each cell near the screen gets its editor.
    await page.locator(".cm-editor").nth(2).waitFor();
    // And, a while after, its marks: no cell defines `one`, `two` and `three`.
    await page.locator(".cm-lintRange").nth(2).waitFor();
    await page.evaluate(() => (globalThis as unknown as { touched: Set<string> }).touched.clear());
    await page.keyboard.type("hello");
    const touched = await page.evaluate(() => [...(globalThis as unknown as { touched: Set<string> }).touched]);
    const active = await page.locator(".cell--active").getAttribute("data-cell");
    expect(touched).toEqual([active]);
    await page.context().close();
  });
});

describe("the caption of a cell", () => {
  it("says the language of cells that are not in the notebook's own", async () => {
    const page = await open("notebook-languages");
    const other = page.locator(".caption__language--shown");
    expect(await other.allTextContents()).toEqual(["TypeScript", "Python", "SQL", "HTML"]);
    await page.context().close();
  });
});

describe("outputs", () => {
  it("runs nothing and loads nothing that HTML of a cell brings", async () => {
    const fates: (string | undefined)[] = [];
    const outside = (request: Request): boolean => request.url().includes("example.org");
    const watch = (page: Page): void => {
      page.on("requestfinished", (request) => outside(request) && fates.push("loaded"));
      page.on("requestfailed", (request) => outside(request) && fates.push(request.failure()?.errorText));
    };
    const page = await openStage(browser, { base: stage.base, scene: "notebook-outputs", watch });
    await page.locator("iframe").first().contentFrame().locator("b").waitFor();
    await expect.poll(() => fates.length, { timeout: 60_000 }).toBe(1);
    expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
    // Blocked by the frame's policy, before any name was looked up.
    expect(fates).toEqual(["csp"]);
    const frame = page.locator("iframe").first().contentFrame();
    expect(await frame.locator("script, form, input").count()).toBe(0);
    expect(await frame.locator("b").getAttribute("onclick")).toBeNull();
    await page.context().close();
  });

  it("says that a body nobody has is not available, and shows it when it has come", async () => {
    const page = await open("notebook-outputs");
    await page.locator("[data-cell]").last().scrollIntoViewIfNeeded();
    await page.getByText("Not available:").waitFor();
    // Frames above find their heights; a button that moves under the pointer is not clicked.
    await standStill(page);
    await page.evaluate(() => (globalThis as unknown as { stage: { giveMissing(): void } }).stage.giveMissing());
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("xxxxxxxxxx").waitFor();
    await page.context().close();
  });

  it("sorts, searches and pages through a table, and stands still meanwhile", async () => {
    const page = await open("notebook-outputs");
    const table = page.locator(".table-output").first();
    await table.scrollIntoViewIfNeeded();
    const first = (): Promise<string> => table.locator("tbody tr").first().innerText();
    await expect.poll(first).toContain("node-1\t");
    await standStill(page);
    const height = (): Promise<number> => table.evaluate((element) => element.getBoundingClientRect().height);
    const before = await height();
    await table.getByRole("button", { name: "latency in ms" }).press("Enter");
    await table.getByRole("button", { name: "latency in ms" }).press("Enter");
    await expect.poll(first).toContain("99.9");
    expect(await table.getByRole("columnheader", { name: "latency in ms" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    await table.getByRole("button", { name: "Rows after" }).press("Enter");
    await table.getByText("16 to 30 of 1,000 rows").waitFor();
    await table.getByRole("button", { name: "Rows before" }).press("Enter");
    await table.getByText("1 to 15 of 1,000 rows").waitFor();
    // The first page does not take the keyboard from its button: the cell would take the next key.
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe("Rows before");
    await table.getByRole("searchbox").fill("NODE-99");
    await table.getByText("11 of 1,000 rows").waitFor();
    expect(await height()).toBe(before);
    await page.context().close();
  });

  it("moves the cursor to the line of an error", async () => {
    const page = await open("notebook");
    // A frame that finds its height while the mouse is down takes the button from under it.
    await standStill(page);
    await page.getByRole("button", { name: "line 1" }).click();
    await page.locator(".cell--active .cm-focused").waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe("const slow = rounds.filter((n) => n < limit);");
    await page.context().close();
  });
});

describe("two hundred cells", () => {
  it("do not move when their editors come and go", async () => {
    const page = await open("notebook-200");
    const heights = (): Promise<readonly number[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll(".cell--code")].map((cell) => cell.getBoundingClientRect().height),
      );
    await page.locator("[data-cell]").nth(199).waitFor({ state: "attached" });
    await page.locator(".cm-editor").nth(4).waitFor();
    const before = await heights();
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".cm-editor")].some(
        (editor) => Math.abs(editor.getBoundingClientRect().top - 400) < 300,
      ),
    );
    expect(await heights()).toEqual(before);
    expect(await page.locator(".cm-editor").count()).toBeLessThan(60);
    await page.context().close();
  });
});
