import type { Dispose } from "#shared/base/dispose.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import type { SyncView } from "#shared/session/views.ts";
import { statusWords, type StatusWord } from "./statusWords.ts";

/** Milliseconds a good state must last before it is said. */
export const SETTLE = 400;

/**
 * The words of the status line. Words that must never lie, such as "Saved on this computer", go instantly and come when
 * they have been true for a while: so nothing flickers, and nothing is drawn for each key while somebody types.
 */
export class CalmStatus implements Readable<readonly StatusWord[]> {
  readonly #sync: Readable<SyncView>;
  readonly #words: Value<readonly StatusWord[]>;
  readonly #saved: Lasting;
  readonly #held: Lasting;
  #listeners = 0;
  #stop: Dispose = () => undefined;

  constructor(sync: Readable<SyncView>) {
    this.#sync = sync;
    const { saved, heldByHost } = sync.get();
    const look = (): void => this.#look();
    this.#saved = new Lasting(saved, look);
    this.#held = new Lasting(heldByHost === true, look);
    this.#words = new Value(this.#say());
  }

  get(): readonly StatusWord[] {
    return this.#words.get();
  }

  subscribe(listener: () => void): Dispose {
    if (this.#listeners++ === 0) this.#stop = this.#sync.subscribe(() => this.#look());
    const unsubscribe = this.#words.subscribe(listener);
    this.#look();
    return () => {
      unsubscribe();
      if (--this.#listeners > 0) return;
      this.#stop();
      this.#saved.stop();
      this.#held.stop();
    };
  }

  #look(): void {
    const { saved, heldByHost } = this.#sync.get();
    this.#saved.is(saved);
    this.#held.is(heldByHost === true);
    const said = this.#words.get();
    const words = this.#say();
    const same = words.length === said.length && words.every((word, index) => isSame(word, said[index]));
    if (!same) this.#words.set(words);
  }

  #say(): readonly StatusWord[] {
    return statusWords(this.#sync.get(), { saved: this.#saved.settled, held: this.#held.settled });
  }
}

const isSame = (one: StatusWord, other: StatusWord | undefined): boolean =>
  one.id === other?.id && one.text === other.text && one.tone === other.tone;

/** Whether something has been true for `SETTLE`. */
class Lasting {
  readonly #became: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  settled: boolean;

  constructor(at: boolean, became: () => void) {
    this.settled = at;
    this.#became = became;
  }

  is(now: boolean): void {
    if (!now) {
      this.settled = false;
      this.stop();
    } else if (!this.settled && this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.settled = true;
        this.#became();
      }, SETTLE);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
