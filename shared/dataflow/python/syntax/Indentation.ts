/** How far the lines of a cell are indented, and what follows from it where a new one begins. */
export class Indentation {
  readonly #source: string;
  /** Columns of the blocks that are open. */
  readonly #columns = [0];
  /** Blocks that open (1) or close (below 0) before the line that is read. */
  #change = 0;
  /** The line stands where no open block does. */
  isUneven = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** The place of the first token at or behind `at`, where a line begins: lines without one are skipped. */
  nextLine(at: number): number {
    const source = this.#source;
    let column = 0;
    let isJoined = false;
    let start = at;
    for (; start < source.length; start++) {
      const code = source.charCodeAt(start);
      // A line that goes on behind `\` is indented as it began.
      if (code === SPACE) column += isJoined ? 0 : 1;
      else if (code === TAB) column += isJoined ? 0 : TAB_WIDTH - (column % TAB_WIDTH);
      else if (code === FORM_FEED) column = isJoined ? column : 0;
      else if (code === HASH) start = endOfLine(source, start) - 1;
      else if (code === BACKSLASH && isBreak(source.charCodeAt(start + 1))) {
        isJoined = true;
        start += source.startsWith("\r\n", start + 1) ? 2 : 1;
      } else if (isBreak(code)) {
        column = 0;
        isJoined = false;
      } else break;
    }
    this.#indent(start < source.length ? column : 0);
    return start;
  }

  #indent(column: number): void {
    const columns = this.#columns;
    this.isUneven = false;
    if (column > this.#current) {
      columns.push(column);
      this.#change = 1;
      return;
    }
    while (column < this.#current) {
      columns.pop();
      this.#change--;
    }
    if (column === this.#current) return;
    // Between two blocks: most likely meant as the inner one.
    columns.push(column);
    this.#change++;
    this.isUneven = true;
  }

  get #current(): number {
    return this.#columns.at(-1) ?? 0;
  }

  /** What stands before the line, one at a time. */
  take(): "indent" | "dedent" | undefined {
    if (this.#change === 0) return undefined;
    const opens = this.#change > 0;
    this.#change += opens ? -1 : 1;
    return opens ? "indent" : "dedent";
  }
}

/** As Python counts. */
const TAB_WIDTH = 8;
const TAB = 9;
const FORM_FEED = 12;
const SPACE = 32;
const HASH = 35;
const BACKSLASH = 92;

export const isBreak = (code: number): boolean => code === 10 || code === 13;

export function endOfLine(source: string, at: number): number {
  let end = at;
  while (end < source.length && !isBreak(source.charCodeAt(end))) end++;
  return end;
}
