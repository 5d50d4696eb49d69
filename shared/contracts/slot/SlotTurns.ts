// Memory that a slot's main thread and its worker share, so that each execution that was handed to the slot ahead of its
// turn either begins or is taken back, never both, also while a cell keeps the worker's thread; and so that both may
// write to standard output without tearing one another's frames.

/** Where the words stand. */
const LOCK = 0;
const CLAIMS = 1;
/**
 * Executions that may be neither answered nor known to be taken back. Their numbers follow one another, so that each has
 * a word of its own. More than twice what an agent hands over at a time.
 */
const PLACES = 256;

// Taken before any cell runs, which could replace them.
const { compareExchange, load, notify, store, wait } = Atomics;

export class SlotTurns {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer((CLAIMS + PLACES) * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** For the worker: false if it was taken back, and must not begin. */
  begin(turn: number): boolean {
    return this.#claim(turn, turn * 2);
  }

  /** For the main thread: false if it has begun. */
  takeBack(turn: number): boolean {
    return this.#claim(turn, turn * 2 + 1);
  }

  /** Does `write` while the other thread does not. */
  alone(write: () => void): void {
    while (compareExchange(this.#words, LOCK, 0, 1) !== 0) wait(this.#words, LOCK, 1);
    try {
      write();
    } finally {
      store(this.#words, LOCK, 0);
      notify(this.#words, LOCK, 1);
    }
  }

  /** The first of both to claim a turn has it. */
  #claim(turn: number, mine: number): boolean {
    const place = CLAIMS + (turn % PLACES);
    const known = load(this.#words, place);
    if (known >> 1 === turn) return known === mine;
    const found = compareExchange(this.#words, place, known, mine);
    return found === known || found === mine;
  }
}
