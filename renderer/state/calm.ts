import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { Readable } from "#shared/base/value.ts";

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

class Calm<T> implements Readable<T> {
  readonly #source: Readable<T>;
  readonly #begins: (shown: T, next: T) => boolean;
  readonly #changed = new Emitter<undefined>();
  #shown: T;
  #listeners = 0;
  #unsubscribe: Dispose | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Readable<T>, begins: (shown: T, next: T) => boolean) {
    this.#source = source;
    this.#begins = begins;
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
      this.#forget();
    };
  }

  #look(): void {
    const next = this.#source.get();
    if (!Object.is(next, this.#shown) && this.#begins(this.#shown, next)) {
      this.#timer ??= setTimeout(() => this.#show(), CALM_DELAY);
      return;
    }
    this.#show();
  }

  #show(): void {
    this.#forget();
    const next = this.#source.get();
    if (Object.is(next, this.#shown)) return;
    this.#shown = next;
    this.#changed.emit(undefined);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
