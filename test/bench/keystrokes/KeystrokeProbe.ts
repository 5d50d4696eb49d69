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
/** No digits: a word may begin with any of them. */
const KEYS = "abcdefghijklmnopqrstuvwxyz";
/** Keys that are looked for together: so many by chance are nowhere else in the text. */
const LOOKED_FOR = 30;
/**
 * What is typed is a program, as the cell is one: sums of words. It is broken into lines, because a text in one endless line
 * scrolls sideways in some editors, and wraps in others.
 */
const LETTERS_A_WORD = 6;
const WORDS_A_LINE = 9;

/** What is put into the pages. */
interface Probe {
  /** When the last key was pressed. */
  pressed: number;
  /** Resolves with the time of the first painted frame that shows `text`. */
  seen(selector: string, text: string): Promise<number>;
}
type ProbedWindow = Window & { probe: Probe };

/**
 * Types lines of a program into one page of a pair and watches the other. Keys are drawn by chance: of a row that comes again one
 * could not tell when it came.
 */
export class KeystrokeProbe {
  readonly #pair: PagePair;
  /** Letters only: how lines and indentation are shown differs between pages. */
  #typed = "";
  #count = 0;

  private constructor(pair: PagePair) {
    this.#pair = pair;
  }

  static async start(pair: PagePair): Promise<KeystrokeProbe> {
    await Promise.all([pair.writer, pair.reader].map((page) => page.evaluate(installProbe)));
    await pair.writer.locator(pair.target).first().click();
    return new KeystrokeProbe(pair);
  }

  /**
   * Milliseconds from a key pressed in one page to its character painted in the other, for `count` real key events. What stands
   * between words and lines is typed, too, and not measured.
   */
  async measure(count: number): Promise<readonly number[]> {
    const { writer, reader, target } = this.#pair;
    const latencies: number[] = [];
    for (let index = 0; index < count; index++) {
      for (const key of separators(this.#count++)) {
        await writer.keyboard.press(key);
        await this.#pause();
      }
      const key = KEYS[Math.floor(Math.random() * KEYS.length)] ?? "x";
      const typed = (this.#typed = (this.#typed + key).slice(-LOOKED_FOR));
      const seen = reader.evaluate(waitForText, { target, typed, patience: PATIENCE });
      await writer.keyboard.press(key);
      const [at, pressed] = [await seen, await writer.evaluate(readPressed)];
      latencies.push(at - pressed);
      await this.#pause();
    }
    return latencies;
  }

  /** So that keys do not keep in step with frames. */
  #pause(): Promise<void> {
    return this.#pair.reader.waitForTimeout(Math.random() * 20);
  }
}

/** Keys between the letters before and the one with this number. A semicolon ends what an editor could complete or indent. */
function separators(letter: number): readonly string[] {
  if (letter === 0 || letter % LETTERS_A_WORD > 0) return [];
  return letter % (LETTERS_A_WORD * WORDS_A_LINE) > 0 ? [" ", "+", " "] : [";", "Enter"];
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
        const shows = (): boolean =>
          (document.querySelector(selector)?.textContent ?? "").replace(/[\s;+]/g, "").includes(text);
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
    setTimeout(() => {
      const shown = document.querySelector(given.target)?.textContent ?? "nothing";
      reject(new Error(`the other page of ${location.href} never showed ${given.typed}, but ${shown}`));
    }, given.patience);
  });
  return Promise.race([(window as unknown as ProbedWindow).probe.seen(given.target, given.typed), late]);
}
