/** Keeps a file from being deleted while somebody stores it or asks for it, and from being stored while it is deleted. */
export class FileUses {
  readonly #used = new Map<string, number>();
  readonly #removals = new Map<string, Promise<unknown>>();

  /** Works on a file that may be wanted. Waits for a deletion that has begun. */
  async using<T>(path: string, work: () => Promise<T>): Promise<T> {
    for (let removal = this.#removals.get(path); removal !== undefined; removal = this.#removals.get(path)) {
      await removal;
    }
    this.#used.set(path, (this.#used.get(path) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#used.get(path) ?? 1) - 1;
      if (left === 0) this.#used.delete(path);
      else this.#used.set(path, left);
    }
  }

  /** Runs `remove` if nobody uses the file; else gives undefined. */
  async removing<T>(path: string, remove: () => Promise<T>): Promise<T | undefined> {
    if (this.#used.has(path) || this.#removals.has(path)) return undefined;
    const removal = remove();
    // Whoever waits only wants to know that it is over.
    this.#removals.set(
      path,
      removal.catch(() => undefined),
    );
    try {
      return await removal;
    } finally {
      this.#removals.delete(path);
    }
  }
}
