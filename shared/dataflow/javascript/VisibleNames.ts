/** The names that scopes around a place declare, while a walk enters and leaves the scopes. */
export class VisibleNames {
  /** Name → how many of the scopes around declare it. */
  readonly #counts = new Map<string, number>();

  enter(names: readonly string[]): void {
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** With the names with which the scope was entered. */
  leave(names: readonly string[]): void {
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) - 1);
  }

  has(name: string): boolean {
    return (this.#counts.get(name) ?? 0) > 0;
  }
}
