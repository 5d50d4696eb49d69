import type { Page } from "playwright";

/** Two pages that show the same text, in browser contexts of their own. */
export interface PagePair {
  readonly writer: Page;
  readonly reader: Page;
  /** Selector of the element that takes the keys, and of the one that shows them on the other page. */
  readonly target: string;
}

/** Longest that a key may take before the measurement gives up (milliseconds). */
const PATIENCE = 10_000;
const KEYS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** What is put into the pages. */
interface Probe {
  /** When the last key was pressed. */
  pressed: number;
  /** Resolves with the time of the first painted frame that shows `text`. */
  seen(selector: string, text: string): Promise<number>;
}
type ProbedWindow = Window & { probe: Probe };

/**
 * Milliseconds from a key pressed in one page to its character painted in the other, for `count` real key events after
 * `warmUp` others. The text shown must begin empty or not contain the keys in their order.
 */
export async function keystrokeLatency(pair: PagePair, warmUp = 30, count = 200): Promise<readonly number[]> {
  const { writer, reader, target } = pair;
  await Promise.all([writer, reader].map((page) => page.evaluate(installProbe)));
  await writer.locator(target).click();
  const latencies: number[] = [];
  let typed = "";
  for (let index = 0; index < warmUp + count; index++) {
    const key = KEYS[index % KEYS.length] ?? "x";
    typed = (typed + key).slice(-KEYS.length);
    const seen = reader.evaluate(waitForText, { target, typed, patience: PATIENCE });
    await writer.keyboard.press(key);
    const [at, pressed] = [await seen, await writer.evaluate(readPressed)];
    if (index >= warmUp) latencies.push(at - pressed);
    // So that keys do not keep in step with frames.
    await reader.waitForTimeout(Math.random() * 30);
  }
  return latencies;
}

function installProbe(): void {
  // The wall clock is the same for all pages; between its ticks the page's own clock counts.
  const tick = Date.now();
  while (Date.now() === tick);
  const offset = Date.now() - performance.now();
  const probe: Probe = {
    pressed: 0,
    seen: (selector, text) =>
      new Promise((resolve) => {
        const shows = (): boolean => (document.querySelector(selector)?.textContent ?? "").includes(text);
        const painted = (): void => {
          // A message sent from a frame is handled after that frame was painted.
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.now() + offset);
            channel.port2.postMessage(undefined);
          });
        };
        if (shows()) {
          painted();
          return;
        }
        const observer = new MutationObserver(() => {
          if (!shows()) return;
          observer.disconnect();
          painted();
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  };
  addEventListener("keydown", (event) => (probe.pressed = event.timeStamp + offset), { capture: true });
  Object.assign(window, { probe });
}

function readPressed(): number {
  return (window as unknown as ProbedWindow).probe.pressed;
}

function waitForText(given: { target: string; typed: string; patience: number }): Promise<number> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`the other page never showed ${given.typed}`)), given.patience);
  });
  return Promise.race([(window as unknown as ProbedWindow).probe.seen(given.target, given.typed), late]);
}
