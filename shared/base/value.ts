import type { Dispose } from "./dispose.ts";
import { Emitter } from "./emitter.ts";

/** A value that changes and tells so. `get` gives the same object until it changed (fit for useSyncExternalStore). */
export interface Readable<T> {
  get(): T;
  /** Called after each change, never at once. */
  subscribe(listener: () => void): Dispose;
}

/** A readable that its owner sets. */
export class Value<T> implements Readable<T> {
  readonly #changed = new Emitter<undefined>();
  #current: T;

  constructor(initial: T) {
    this.#current = initial;
  }

  get(): T {
    return this.#current;
  }

  set(next: T): void {
    if (Object.is(next, this.#current)) return;
    this.#current = next;
    this.#changed.emit(undefined);
  }

  update(change: (current: T) => T): void {
    this.set(change(this.#current));
  }

  subscribe(listener: () => void): Dispose {
    return this.#changed.subscribe(listener);
  }
}
