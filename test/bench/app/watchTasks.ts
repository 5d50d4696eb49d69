/** What `watchTasks` puts into a page. */
export type WatchedWindow = Window & { longTasks: { readonly start: number; readonly duration: number }[] };

/** Gathers tasks above 50 ms. Those before the first cell is there belong to the start of the page, which has a measure of its own. */
export function watchTasks(): void {
  const longTasks: { start: number; duration: number }[] = [];
  Object.assign(window, { longTasks });
  let readyAt = Infinity;
  const shown = new MutationObserver(() => {
    if (document.querySelector("[data-cell]") === null) return;
    shown.disconnect();
    readyAt = performance.now();
  });
  shown.observe(document, { subtree: true, childList: true });
  new PerformanceObserver((list) => {
    // The task that showed it is the last of the start.
    for (const { startTime: start, duration } of list.getEntries())
      if (start > readyAt) longTasks.push({ start, duration });
  }).observe({ entryTypes: ["longtask"] });
}
