import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { Readable } from "#shared/base/value.ts";

/** A value as it is shown, which may be held back behind what it really is; which, and for how long, say those who extend it. */
export abstract class HeldBack<T> implements Readable<T> {
  protected readonly source: Readable<T>;
  readonly #changed = new Emitter<undefined>();
  #shown: T;
  #listeners = 0;
  #unsubscribe: Dispose | undefined;

  constructor(source: Readable<T>) {
    this.source = source;
    this.#shown = source.get();
  }

  get(): T {
    // With nobody who would be told later, the truth is the only answer.
    return this.#listeners > 0 ? this.#shown : this.source.get();
  }

  subscribe(listener: () => void): Dispose {
    const dispose = this.#changed.subscribe(listener);
    if (this.#listeners++ === 0) {
      this.#shown = this.source.get();
      this.#unsubscribe = this.source.subscribe(() => this.look());
    }
    return () => {
      dispose();
      if (--this.#listeners > 0) return;
      this.#unsubscribe?.();
      this.forget();
    };
  }

  protected get shown(): T {
    return this.#shown;
  }

  /** Shows what is so now, if it is another. */
  protected show(): void {
    const next = this.source.get();
    if (Object.is(next, this.#shown)) return;
    this.#shown = next;
    this.#changed.emit(undefined);
  }

  /** The source changed. */
  protected abstract look(): void;

  /** Nobody listens any more. */
  protected abstract forget(): void;
}
