import type { BrowserContext, Page } from "playwright";
import { FIRST_SOURCE, untilEditable } from "./classNotebook.ts";

/** What is put into the page. */
type ProbedWindow = Window & { editableAt: number | undefined };

/** Opens `address` in a new page. Gives it, and milliseconds from navigation to the first cell that can be edited. */
export async function timeToEdit(
  context: BrowserContext,
  address: string,
): Promise<{ readonly page: Page; readonly time: number }> {
  const page = await context.newPage();
  await page.addInitScript(watchForEditor, FIRST_SOURCE);
  await page.goto(address);
  await untilEditable(page);
  const time = await page.evaluate(() => (window as unknown as ProbedWindow).editableAt);
  if (time === undefined) throw new Error("the page did not see its first editor come");
  return { page, time };
}

function watchForEditor(selector: string): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    observer.disconnect();
    Object.assign(window, { editableAt: performance.now() });
  });
  observer.observe(document, { subtree: true, childList: true });
}
