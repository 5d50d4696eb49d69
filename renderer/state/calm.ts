import type { Readable } from "#shared/base/value.ts";
import { HeldBack } from "./HeldBack.ts";

/** Milliseconds for which a beginning is not shown: about two frames, far below the 100 ms in which an answer seems immediate. */
export const CALM_DELAY = 40;

/**
 * Milliseconds in which the end of what gave its first output may come, to be shown with it as one: a quarter of a frame. Drawn
 * apart, the second drawing would keep the first from the screen.
 */
export const END_DELAY = 4;

/**
 * `source`, except that what only begins is shown a moment later, and not at all when it has ended by then: most cells are
 * done within a frame, and to draw that they run would flicker and delay the frame with their output.
 * `wait` says for how many milliseconds a step from what is shown to what is so may wait; 0: not at all.
 */
export function calm<T>(source: Readable<T>, wait: (shown: T, next: T) => number): Readable<T> {
  return new Calm(source, wait);
}

/** The wait of a count that is shown only when something has gone on for a moment. */
export const beginning = (shown: number): number => (shown === 0 ? CALM_DELAY : 0);

class Calm<T> extends HeldBack<T> {
  readonly #wait: (shown: T, next: T) => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;

  constructor(source: Readable<T>, wait: (shown: T, next: T) => number) {
    super(source);
    this.#wait = wait;
  }

  protected override look(): void {
    const next = this.source.get();
    const wait = Object.is(next, this.shown) ? 0 : this.#wait(this.shown, next);
    if (wait === 0) this.#showNow();
    else this.#showIn(wait);
  }

  protected override forget(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  /** What waits already waits no longer for it. */
  #showIn(wait: number): void {
    const due = performance.now() + wait;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#showNow(), wait);
  }

  #showNow(): void {
    this.forget();
    this.show();
  }
}
