import type { Readable } from "#shared/base/value.ts";
import { HeldBack } from "./HeldBack.ts";

/** Milliseconds between two changes of figures that are read: a list that moves more often cannot be. */
export const UNHURRIED = 1_000;

/** `source`, whose first change is shown at once, and no further one before the last has been there for a second. */
export function unhurried<T>(source: Readable<T>): Readable<T> {
  return new Unhurried(source);
}

class Unhurried<T> extends HeldBack<T> {
  #pause: ReturnType<typeof setTimeout> | undefined;

  protected override look(): void {
    if (this.#pause !== undefined || Object.is(this.shown, this.source.get())) return;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.look();
    }, UNHURRIED);
    this.show();
  }

  protected override forget(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }
}
