import { ms, type Milliseconds } from "#shared/base/units.ts";
import { firstSignOfLife } from "./signsOfLife.ts";

/** The page has started when nothing kept it busy for so long: it has read, painted and heard its host, and is looked at. */
const CALM = ms(4_000);
/** A page that somebody uses is waited for: so long without work, and what they may want next begins. */
const CALM_IN_USE = ms(500);
/** A page that is kept busy has started after this long all the same. */
const PATIENCE = ms(8_000);
/** How often it is looked whether the page is busy. */
const LOOK = ms(100);
/** A look that comes so much too late was kept waiting by work. */
const LATE = ms(50);
/** Longest wait for a pause in what the page does. */
const PAUSE_LIMIT = ms(2_000);

let idle: Promise<void> | undefined;
let wanted: Promise<void> | undefined;
let pauses = Promise.resolve();

/**
 * Resolves when the page has started and has nothing to do: what is not needed to read and write waits for it. Those who
 * wait get a pause each, one after the other, so that their work is never done in one go.
 */
export function pageIdle(): Promise<void> {
  idle ??= untilCalm(CALM);
  return inTurn(idle);
}

/** As `pageIdle`, but soon once somebody is at the page: for what they see missing, as the others' computers. */
export function pageWanted(): Promise<void> {
  idle ??= untilCalm(CALM);
  wanted ??= Promise.race([idle, firstSignOfLife(globalThis).then(() => untilCalm(CALM_IN_USE))]);
  return inTurn(wanted);
}

function inTurn(started: Promise<void>): Promise<void> {
  return started.then(() => {
    pauses = pauses.then(() => nextPause());
    return pauses;
  });
}

/** Resolves at the next moment without work, or after `limit` on a page that has none. */
export function nextPause(limit = PAUSE_LIMIT): Promise<void> {
  return new Promise((resolve) => {
    // Safari does not have it.
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: limit });
    else setTimeout(resolve, LOOK);
  });
}

function untilCalm(calm: Milliseconds): Promise<void> {
  return new Promise((resolve) => {
    const start = performance.now();
    let looked = start;
    let busy = start;
    const timer = setInterval(() => {
      const now = performance.now();
      if (now - looked > LOOK + LATE) busy = now;
      looked = now;
      if (now - busy < calm && now - start < PATIENCE) return;
      clearInterval(timer);
      resolve();
    }, LOOK);
  });
}
