import type { Dispose } from "./dispose.ts";
import { Emitter } from "./emitter.ts";
import type { Readable } from "./value.ts";

/** A value worked out from facts of its owner, when somebody asks and not before. The owner says when they changed. */
export class Derived<T> implements Readable<T> {
  readonly #read: () => T;
  readonly #changed = new Emitter<undefined>();
  #known: { readonly value: T } | undefined;

  constructor(read: () => T) {
    this.#read = read;
  }

  get(): T {
    this.#known ??= { value: this.#read() };
    return this.#known.value;
  }

  subscribe(listener: () => void): Dispose {
    return this.#changed.subscribe(listener);
  }

  /** The facts are others now. */
  changed(): void {
    this.#known = undefined;
    this.#changed.emit(undefined);
  }
}
