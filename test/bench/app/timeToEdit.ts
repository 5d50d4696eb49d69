import type { BrowserContext, Page } from "playwright";

const KEY = "q";
const SOURCE = ".cell .source";

/** What is put into the page. */
type ProbedWindow = Window & { typedAt: number | undefined };

/**
 * Opens `address` in a new page and presses into its first cell and a key as soon as the cell is there. Gives the page, and
 * milliseconds from navigation until the key stands in the cell.
 */
export async function timeToEdit(
  context: BrowserContext,
  address: string,
): Promise<{ readonly page: Page; readonly time: number }> {
  const page = await context.newPage();
  await page.addInitScript(watchForKey, { source: SOURCE, key: KEY });
  await page.goto(address, { waitUntil: "commit" });
  // Looked for in each frame: playwright's own waiting comes to look twice a second only.
  const at = await page.waitForFunction(middleOf, SOURCE);
  const { x, y } = (await at.jsonValue())!;
  await page.mouse.click(x, y);
  await page.waitForFunction(() => document.querySelector(".cell .cm-focused"));
  await page.keyboard.press(KEY);
  const typed = await page.waitForFunction(() => (window as unknown as ProbedWindow).typedAt);
  return { page, time: (await typed.jsonValue())! };
}

function middleOf(selector: string): { readonly x: number; readonly y: number } | undefined {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box && box.width > 0 ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : undefined;
}

function watchForKey({ source, key }: { source: string; key: string }): void {
  const text = (): string | undefined => document.querySelector(source)?.textContent;
  let before: string | undefined;
  addEventListener("keydown", (event) => event.key === key && (before = text()), { capture: true });
  const observer = new MutationObserver(() => {
    if (before === undefined || text() === before) return;
    observer.disconnect();
    Object.assign(window, { typedAt: performance.now() });
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}
