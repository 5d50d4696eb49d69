// The built app in a real Chromium, served by a real class host, as members of a class use it.

import type { BrowserContext, Page } from "playwright";
import type { RunningHost } from "../../support/startHost.ts";

/** The text of a notebook's first cell. */
export const FIRST_SOURCE = ".cell .cm-content";

/** Joins the class and makes a notebook of the class; resolves when its first cell can be edited. */
export async function createNotebook(context: BrowserContext, host: RunningHost): Promise<Page> {
  const page = await context.newPage();
  await page.goto(host.ready.url);
  await page.getByRole("button", { name: "New class notebook" }).click();
  await untilEditable(page);
  return page;
}

/** The invitation to the notebook that a page shows. */
export async function invitation(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Invitation link").inputValue();
  await page.keyboard.press("Escape");
  return link;
}

/** Follows an invitation; resolves when the notebook's first cell can be edited. */
export async function followInvitation(context: BrowserContext, link: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(link);
  await untilEditable(page);
  return page;
}

export async function untilEditable(page: Page): Promise<void> {
  await page.locator(FIRST_SOURCE).first().waitFor();
}
