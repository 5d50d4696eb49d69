// Memory shared between the worker that executes cells and whoever started it (the runner frame, a slot's main thread):
// the only thing that reaches a worker while its thread computes. It cannot leave their agent cluster, so the page and
// the agent ask its owner to write into it.

/** Where the words stand. */
const SIGNAL = 0;
const TURN = 1;
const QUESTION = 2;
const LENGTH = 3;
const STOPPED = 4;
const HEADER_WORDS = 5;
/** UTF-8 bytes of an answer: a line of text, or a pasted page. */
export const ANSWER_LIMIT = 64 * 1024;
/** As Python's interpreter expects it: the number of SIGINT. */
const INTERRUPT = 2;
/** States of the question. */
const ASKED = 1;
const ANSWERED = 2;
const REFUSED = 3;

/** One worker's signals. Turns number its executions, so that what is meant for one never reaches the next. */
export class KernelSignals {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #answer: Uint8Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, HEADER_WORDS);
    this.#answer = new Uint8Array(buffer, HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT, ANSWER_LIMIT);
  }

  /** Undefined where nothing can be shared: a page that is not isolated. */
  static create(): KernelSignals | undefined {
    if (typeof SharedArrayBuffer === "undefined") return undefined;
    return new KernelSignals(new SharedArrayBuffer(HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT + ANSWER_LIMIT));
  }

  // For the owner.

  /** Interrupts the execution with this number, if it is the one that runs. */
  interrupt(turn: number): void {
    if (Atomics.load(this.#words, TURN) !== turn) return;
    Atomics.store(this.#words, STOPPED, 1);
    Atomics.store(this.#words, SIGNAL, INTERRUPT);
    Atomics.notify(this.#words, SIGNAL);
    this.#settle(REFUSED);
  }

  /** Answers the question that is open; undefined refuses it, with the reason `why`. An answer that is too long is cut. */
  answer(text: string | undefined, why = ""): void {
    if (Atomics.load(this.#words, QUESTION) !== ASKED) return;
    const encoded = new TextEncoder().encode(text ?? why).subarray(0, ANSWER_LIMIT);
    this.#answer.set(encoded);
    Atomics.store(this.#words, LENGTH, encoded.byteLength);
    this.#settle(text === undefined ? REFUSED : ANSWERED);
  }

  #settle(state: number): void {
    if (Atomics.compareExchange(this.#words, QUESTION, ASKED, state) === ASKED) Atomics.notify(this.#words, QUESTION);
  }

  // For the worker.

  #refusal = "";

  /** Why the last question was refused, for people; empty where nobody said. */
  get refusal(): string {
    return this.#refusal;
  }

  /** The word that Python's interpreter looks at, and clears, from time to time. */
  get signal(): Int32Array {
    return this.#words.subarray(SIGNAL, SIGNAL + 1);
  }

  begin(turn: number): void {
    Atomics.store(this.#words, SIGNAL, 0);
    Atomics.store(this.#words, STOPPED, 0);
    Atomics.store(this.#words, TURN, turn);
  }

  /** True if the execution was told to stop, also when it has heard it. */
  get stopped(): boolean {
    return Atomics.load(this.#words, STOPPED) === 1;
  }

  /** True once for each interrupt that the interpreter has not heard. */
  takeInterrupt(): boolean {
    return Atomics.exchange(this.#words, SIGNAL, 0) === INTERRUPT;
  }

  /** Sleeps the thread; an interrupt wakes it. */
  sleep(milliseconds: number): void {
    Atomics.wait(this.#words, SIGNAL, 0, milliseconds);
  }

  /** To be called before the question is sent. */
  ask(): void {
    Atomics.store(this.#words, QUESTION, ASKED);
  }

  /** Sleeps the thread until the question is answered. Undefined: it was refused, or the execution interrupted. */
  waitForAnswer(): string | undefined {
    Atomics.wait(this.#words, QUESTION, ASKED);
    const state = Atomics.exchange(this.#words, QUESTION, 0);
    const length = Math.max(0, Math.min(ANSWER_LIMIT, Atomics.load(this.#words, LENGTH)));
    const text = new TextDecoder().decode(this.#answer.slice(0, length));
    if (state === ANSWERED) return text;
    this.#refusal = this.stopped ? "" : text;
    return undefined;
  }
}
