import type { Dispose } from "#shared/base/dispose.ts";
import { StorageError } from "#shared/base/errors.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** How long a refused write waits before it is tried again, doubling up to the second value. */
const FIRST_RETRY: Milliseconds = ms(500);
const LAST_RETRY: Milliseconds = seconds(15);

interface Waiting<T> {
  readonly items: readonly T[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface GroupWriterOptions<T> {
  /** Writes all items durably, in order, or none. */
  readonly write: (items: readonly T[]) => Promise<void>;
  /** The store refused a write, which is kept and tried again; `undefined` = it takes writes again. */
  readonly onTrouble: (error: unknown) => void;
  readonly clock: Clock;
}

/**
 * Group commit: what comes while a write is under way goes together into the next, so that thirty people who type share
 * one flush of the disk. Writes keep their order; one that the store refused (disk full) is tried again until it goes.
 */
export class GroupWriter<T> {
  readonly #options: GroupWriterOptions<T>;
  #waiting: Waiting<T>[] = [];
  #draining: Promise<void> | undefined;
  #cancelRetry: Dispose | undefined;
  #nextDelay: Milliseconds = FIRST_RETRY;
  #refused = false;
  #closed = false;

  constructor(options: GroupWriterOptions<T>) {
    this.#options = options;
  }

  /** Resolves when the items are stored durably. @throws StorageError when the writer is closed before that */
  enqueue(items: readonly T[]): Promise<void> {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      if (this.#cancelRetry === undefined) this.#start();
    });
  }

  /** Tries once more to write what waits, then refuses everything: what could not be written is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#start();
    await this.#draining;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closedError());
  }

  #start(): void {
    this.#cancelRetry = undefined;
    if (this.#waiting.length > 0) this.#draining ??= this.#drain();
  }

  /** Never rejects: a failure is told and retried. */
  async #drain(): Promise<void> {
    // Whoever brought something passes it on first: handing it to the disk takes longer than sending it.
    await Promise.resolve();
    while (this.#waiting.length > 0 && (await this.#writeGroup()));
    // In the same turn in which the loop saw that nothing waits: what comes next starts a new one.
    this.#draining = undefined;
  }

  /** Writes all that waits; false if the store refused it. */
  async #writeGroup(): Promise<boolean> {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      await this.#options.write(group.flatMap((waiting) => waiting.items));
    } catch (error) {
      this.#waiting = [...group, ...this.#waiting];
      this.#retryLater(error);
      return false;
    }
    this.#tellRecovery();
    for (const waiting of group) waiting.resolve();
    return true;
  }

  #retryLater(error: unknown): void {
    if (!this.#refused) this.#options.onTrouble(error);
    this.#refused = true;
    if (this.#closed) return;
    this.#cancelRetry = this.#options.clock.after(this.#nextDelay, () => this.#start());
    this.#nextDelay = ms(Math.min(LAST_RETRY, this.#nextDelay * 2));
  }

  #tellRecovery(): void {
    if (this.#refused) this.#options.onTrouble(undefined);
    this.#refused = false;
    this.#nextDelay = FIRST_RETRY;
  }
}

function closedError(): StorageError {
  return new StorageError("storage-closed", "the archive is closed");
}
