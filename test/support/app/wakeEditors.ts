import type { Page } from "playwright";

/** Moves the mouse once there are cells: on a page that nobody touches, editors come when it has been idle for seconds. */
export async function wakeEditors(page: Page): Promise<void> {
  await page.locator("[data-cell]").first().waitFor();
  await page.mouse.move(2, 2);
}
