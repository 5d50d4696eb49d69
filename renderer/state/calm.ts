import type { Readable } from "#shared/base/value.ts";
import { HeldBack } from "./HeldBack.ts";

/** Milliseconds for which a beginning is not shown: about two frames, far below the 100 ms in which an answer seems immediate. */
export const CALM_DELAY = 40;

/**
 * `source`, except that what only begins is shown a moment later, and not at all when it has ended by then: most cells are
 * done within a frame, and to draw that they run would flicker and delay the frame with their output.
 * `begins` says whether a step from what is shown to what is so may wait.
 */
export function calm<T>(source: Readable<T>, begins: (shown: T, next: T) => boolean): Readable<T> {
  return new Calm(source, begins);
}

class Calm<T> extends HeldBack<T> {
  readonly #begins: (shown: T, next: T) => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Readable<T>, begins: (shown: T, next: T) => boolean) {
    super(source);
    this.#begins = begins;
  }

  protected override look(): void {
    const next = this.source.get();
    if (!Object.is(next, this.shown) && this.#begins(this.shown, next)) {
      this.#timer ??= setTimeout(() => this.#showNow(), CALM_DELAY);
      return;
    }
    this.#showNow();
  }

  protected override forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #showNow(): void {
    this.forget();
    this.show();
  }
}
