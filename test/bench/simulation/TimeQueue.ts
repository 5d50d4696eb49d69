import { ms, type Milliseconds } from "#shared/base/units.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly action: (at: Milliseconds) => void;
}

/** What is to happen at which virtual time; what is due at one time happens in the order in which it was added. */
export class TimeQueue {
  readonly #heap: Due[] = [];
  #at: Milliseconds = ms(0);
  #order = 0;

  get at(): Milliseconds {
    return this.#at;
  }

  add(at: number, action: (at: Milliseconds) => void): void {
    const heap = this.#heap;
    heap.push({ at, order: (this.#order += 1), action });
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Lets the next thing happen; its time, or undefined if there is none. */
  next(): number | undefined {
    const heap = this.#heap;
    if (heap.length === 0) return undefined;
    this.#swap(0, heap.length - 1);
    const due = heap.pop()!;
    for (let parent = 0; ;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const child = right < heap.length && this.#isBefore(right, left) ? right : left;
      if (child >= heap.length || !this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      parent = child;
    }
    this.#at = ms(due.at);
    due.action(this.#at);
    return due.at;
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!];
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    [this.#heap[one], this.#heap[other]] = [this.#heap[other]!, this.#heap[one]!];
  }
}
