// One person at a browser, in the words of what people do. Everything goes through the screen and the keyboard.

import { expect, type Browser, type BrowserContext, type Locator, type Page } from "playwright/test";
import { wakeEditors } from "./wakeEditors.ts";

interface Arrival {
  readonly name?: string;
  readonly installs?: boolean;
}

export class Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors that escaped to the page, and what the console called one. */
  readonly errors: string[] = [];
  #touches = 0;

  /**
   * Opens a browser of its own, with nothing stored, on `url`. Of two who say no `name` both may be called Gecko. Installs
   * the app only if asked to: it costs a second of processor time each, and few promises need it.
   */
  static async arrive(browser: Browser, url: string, { name, installs = false }: Arrival = {}): Promise<Person> {
    const context = await browser.newContext({
      viewport: { width: 1200, height: 1000 },
      serviceWorkers: installs ? "allow" : "block",
    });
    if (name !== undefined) {
      // Also run in frames, which have no storage.
      await context.addInitScript((given) => {
        if (origin !== "null") localStorage.setItem("meshbook.name", given);
      }, JSON.stringify(name));
    }
    const person = new Person(context, await context.newPage());
    await person.visit(url);
    return person;
  }

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  async createNotebook(): Promise<string> {
    await this.page.getByRole("button", { name: "New class notebook" }).click();
    await this.page.waitForURL(/\/n\//);
    await expect(this.cells).toHaveCount(1);
    await this.#touch();
    return this.page.url();
  }

  /** Opens a notebook that the library lists, by its address. */
  async openListed(notebook: string): Promise<void> {
    await this.page.locator(`a[href="${new URL(notebook).pathname}"]`).click();
    await this.page.waitForURL(/\/n\//);
    await expect(this.cells.first()).toBeVisible();
    await this.#touch();
  }

  async visit(url: string): Promise<void> {
    await this.page.goto(url);
    await this.#touch();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.#touch();
  }

  /** Moves the mouse, as whoever comes to a page does: one that nobody touches begins most things only after some seconds. */
  async #touch(): Promise<void> {
    this.#touches += 1;
    await this.page.mouse.move(2, 2 + (this.#touches % 2));
  }

  get cells(): Locator {
    return this.page.locator("[data-cell]");
  }

  cell(index: number): Locator {
    return this.cells.nth(index);
  }

  source(index: number): Locator {
    return this.cell(index).locator(".cm-content");
  }

  async #wake(index: number): Promise<void> {
    await this.cell(index).waitFor();
    if ((await this.source(index).count()) === 0) await wakeEditors(this.page);
  }

  /** The source of a cell as it is shown, without the carets and names of others. */
  async text(index: number): Promise<string> {
    await this.#wake(index);
    return this.source(index).evaluate((content) => {
      // reason: a clone of an element is one.
      const copy = content.cloneNode(true) as HTMLElement;
      for (const caret of copy.querySelectorAll(".peer-caret")) caret.remove();
      return [...copy.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n");
    });
  }

  outputs(index: number): Locator {
    return this.cell(index).locator(".outputs");
  }

  /** Puts the caret at the end of a cell's text. */
  async enter(index: number): Promise<void> {
    await this.#wake(index);
    await this.source(index).click();
    await this.page.keyboard.press("Control+End");
  }

  /** Types at the end of a cell, key by key. */
  async type(index: number, text: string): Promise<void> {
    await this.enter(index);
    await this.page.keyboard.type(text);
  }

  /** Writes text as pasting does: editors close brackets that are typed. */
  async write(index: number, text: string): Promise<void> {
    await this.enter(index);
    await this.page.keyboard.insertText(text);
  }

  /** Back to command mode. The first Escape may only close completions, as everywhere. */
  async leaveText(): Promise<void> {
    await expect(async () => {
      await this.page.keyboard.press("Escape");
      expect(
        await this.page.evaluate(() => (document.activeElement?.closest(".cm-content") ?? undefined) === undefined),
      ).toBe(true);
    }).toPass();
  }

  /** What this person is called, as the list of people says. */
  async name(): Promise<string> {
    await this.page.locator("button.people").click();
    const words = await this.page.locator(".people-list__name").first().innerText();
    await this.page.keyboard.press("Escape");
    return words.replace(/\s*you$/, "");
  }

  async run(index: number): Promise<void> {
    await this.enter(index);
    await this.page.keyboard.press("Control+Enter");
  }

  /** Chooses a place in the cell's "Run on" menu. */
  async runOn(index: number, place: string | RegExp): Promise<void> {
    await this.enter(index);
    await this.page.keyboard.press("Escape");
    await this.cell(index).getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: "Run on" }).click();
    await this.page.getByRole("menuitem", { name: place }).click();
  }

  async stop(index: number): Promise<void> {
    await this.cell(index).getByRole("button", { name: /^Stop/ }).click();
  }

  /** The words under the title: where the notebook is now. */
  get status(): Locator {
    return this.page.locator("button.status");
  }

  /** Resolves when this computer has everything. */
  async saved(): Promise<void> {
    await expect(this.status).toContainText("Saved on this computer");
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
