import type { Dispose } from "./dispose.ts";

/** Tells listeners that something happened. A listener that throws does not silence the others. */
export class Emitter<T> {
  readonly #listeners = new Set<(event: T) => void>();

  subscribe(listener: (event: T) => void): Dispose {
    const own = (event: T): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  emit(event: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        console.error("listener failed", error);
      }
    }
  }

  get size(): number {
    return this.#listeners.size;
  }
}
