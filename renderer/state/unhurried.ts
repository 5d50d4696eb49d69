import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { Readable } from "#shared/base/value.ts";

/** Milliseconds between two changes of figures that are read: a list that moves more often cannot be. */
export const UNHURRIED = 1_000;

/** `source`, whose first change is shown at once, and no further one before the last has been there for a second. */
export function unhurried<T>(source: Readable<T>): Readable<T> {
  return new Unhurried(source);
}

class Unhurried<T> implements Readable<T> {
  readonly #source: Readable<T>;
  readonly #changed = new Emitter<undefined>();
  #shown: T;
  #listeners = 0;
  #unsubscribe: Dispose | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Readable<T>) {
    this.#source = source;
    this.#shown = source.get();
  }

  get(): T {
    // With nobody who would be told later, the truth is the only answer.
    return this.#listeners > 0 ? this.#shown : this.#source.get();
  }

  subscribe(listener: () => void): Dispose {
    const dispose = this.#changed.subscribe(listener);
    if (this.#listeners++ === 0) {
      this.#shown = this.#source.get();
      this.#unsubscribe = this.#source.subscribe(() => this.#look());
    }
    return () => {
      dispose();
      if (--this.#listeners > 0) return;
      this.#unsubscribe?.();
      clearTimeout(this.#pause);
      this.#pause = undefined;
    };
  }

  #look(): void {
    if (this.#pause !== undefined || Object.is(this.#shown, this.#source.get())) return;
    this.#shown = this.#source.get();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#look();
    }, UNHURRIED);
    this.#changed.emit(undefined);
  }
}
