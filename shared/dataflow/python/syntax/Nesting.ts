import type { PythonTokens } from "./PythonTokens.ts";

/**
 * Levels of brackets and blocks. Python itself gives up at 200 of the first and 100 of the second; parsing and walking over
 * this many calls functions within functions that fit into the stack of any thread several times.
 */
const NESTING_LIMIT = 300;

/** How deep in brackets and blocks the reading of a cell is. Beyond the limit, nothing more is read. */
export class Nesting {
  readonly #tokens: PythonTokens;
  #depth = 0;
  isTooDeep = false;

  constructor(tokens: PythonTokens) {
    this.#tokens = tokens;
  }

  enter(): void {
    this.#depth++;
    if (this.#depth <= NESTING_LIMIT) return;
    this.isTooDeep = true;
    this.#tokens.stop();
  }

  leave(): void {
    this.#depth--;
  }
}
