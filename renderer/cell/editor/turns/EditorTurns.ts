import type { Dispose } from "#shared/base/dispose.ts";
import { firstSignOfLife } from "../../../adapters/page/signsOfLife.ts";

export interface EditorTurnsOptions {
  /** The page, which hears its user. */
  readonly page: Pick<EventTarget, "addEventListener">;
  /** Resolves when a page that nobody has touched yet has nothing left to do. */
  readonly idle: () => Promise<void>;
  /** Resolves at the next moment without work. */
  readonly pause: () => Promise<void>;
}

/**
 * Gives cells near the screen their editors, one in each pause. Making an editor is the dearest thing on a page: a dozen at
 * once, or the first while the page starts, would be felt. Begins when somebody is there, or the page is idle.
 */
export class EditorTurns {
  readonly #options: EditorTurnsOptions;
  readonly #waiting = new Set<() => void>();
  readonly #stop = new AbortController();
  #listening = false;
  #begun = false;
  #giving = false;

  constructor(options: EditorTurnsOptions) {
    this.#options = options;
  }

  /** Calls back when it is this one's turn, unless it gave up before. */
  await(turn: () => void): Dispose {
    this.#listen();
    this.#waiting.add(turn);
    void this.#give();
    return () => this.#waiting.delete(turn);
  }

  dispose(): void {
    this.#stop.abort();
    this.#waiting.clear();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const begin = (): void => {
      this.#begun = true;
      void this.#give();
    };
    void firstSignOfLife(this.#options.page, this.#stop.signal).then(begin);
    void this.#options.idle().then(begin);
  }

  async #give(): Promise<void> {
    if (!this.#begun || this.#giving) return;
    this.#giving = true;
    while (this.#waiting.size > 0) {
      await this.#options.pause();
      const [turn] = this.#waiting;
      if (turn === undefined) break;
      this.#waiting.delete(turn);
      turn();
    }
    this.#giving = false;
  }
}
