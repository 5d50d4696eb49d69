import type { Page } from "playwright";
import { FIRST_SOURCE } from "./classNotebook.ts";

/** Each run gives another text, by which its output is told from the last one. */
const SOURCE = "Math.random()";
const OUTPUT = ".cell .outputs";
/** Longest that a run may take before the measurement gives up (milliseconds). */
const PATIENCE = 10_000;

/** What is put into the page. */
type ProbedWindow = Window & { outputPainted: Promise<number> };

/**
 * Milliseconds from Ctrl-Enter, as the page heard it, to the first painted frame with the output of that run, for `count`
 * runs after `warmUp` others, in the first cell of an open notebook.
 */
export async function runLatency(page: Page, warmUp = 30, count = 150): Promise<readonly number[]> {
  await page.locator(FIRST_SOURCE).first().click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(SOURCE);
  const latencies: number[] = [];
  for (let index = 0; index < warmUp + count; index++) {
    await page.evaluate(watchForRun, { selector: OUTPUT, patience: PATIENCE });
    await page.keyboard.press("ControlOrMeta+Enter");
    const latency = await page.evaluate(() => (window as unknown as ProbedWindow).outputPainted);
    if (index >= warmUp) latencies.push(latency);
    // So that keys do not keep in step with frames.
    await page.waitForTimeout(Math.random() * 30);
  }
  return latencies;
}

function watchForRun({ selector, patience }: { selector: string; patience: number }): void {
  const shown = (): string => document.querySelector(selector)?.textContent.trim() ?? "";
  const before = shown();
  let pressed = 0;
  const outputPainted = new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("a run showed no output")), patience);
    const press = (event: KeyboardEvent): void => {
      if (event.key === "Enter") pressed = event.timeStamp;
    };
    addEventListener("keydown", press, { capture: true });
    const observer = new MutationObserver(() => {
      if (shown() === "" || shown() === before) return;
      observer.disconnect();
      clearTimeout(late);
      removeEventListener("keydown", press, { capture: true });
      // A message sent from a frame is handled after that frame was painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - pressed);
        channel.port2.postMessage(undefined);
      });
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  Object.assign(window, { outputPainted });
}
