import type { Page } from "playwright";

/** Resolves when the app is installed and answers for this page from now on: what it loads late comes without a host. */
export function untilInstalled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  });
}
