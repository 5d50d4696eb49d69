import { ms } from "#shared/base/units.ts";

/** The page has started when nothing kept it busy for so long: it has read, painted and heard its host, and is looked at. */
const CALM = ms(4_000);
/** A page that is kept busy has started after this long all the same. */
const PATIENCE = ms(8_000);
/** How often it is looked whether the page is busy. */
const LOOK = ms(100);
/** A look that comes so much too late was kept waiting by work. */
const LATE = ms(50);
/** Longest wait for a pause in what the page does. */
const PAUSE_LIMIT = ms(2_000);

let last: Promise<void> | undefined;

/**
 * Resolves when the page has started and has nothing to do: what is not needed to read and write waits for it. Those who
 * wait get a pause each, one after the other, so that their work is never done in one go.
 */
export function pageIdle(): Promise<void> {
  last = (last ?? untilCalm()).then(() => nextPause());
  return last;
}

/** Resolves at the next moment without work, or after `limit` on a page that has none. */
export function nextPause(limit = PAUSE_LIMIT): Promise<void> {
  return new Promise((resolve) => {
    // Safari does not have it.
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: limit });
    else setTimeout(resolve, LOOK);
  });
}

function untilCalm(): Promise<void> {
  return new Promise((resolve) => {
    const start = performance.now();
    let looked = start;
    let busy = start;
    const timer = setInterval(() => {
      const now = performance.now();
      if (now - looked > LOOK + LATE) busy = now;
      looked = now;
      if (now - busy < CALM && now - start < PATIENCE) return;
      clearInterval(timer);
      resolve();
    }, LOOK);
  });
}
