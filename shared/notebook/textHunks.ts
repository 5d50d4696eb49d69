// The difference of two texts as few small edits, line by line: what lies between them is left alone, so that an edit
// made there meanwhile survives, and every character keeps its author.

export interface TextHunk {
  /** Where in the text before, in UTF-16 units. */
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Lines that two texts may differ in before they are treated as altogether different: the search is quadratic in it. */
const DIFFERENCE_LIMIT = 400;

/** Edits that make `before` into `after`, in the order of the text. */
export function textHunks(before: string, after: string): readonly TextHunk[] {
  if (before === after) return [];
  const [old, next] = [linesOf(before), linesOf(after)];
  const common = commonLines(old, next) ?? [];
  const hunks: TextHunk[] = [];
  let [i, j, at] = [0, 0, 0];
  for (const [commonOld, commonNext] of [...common, [old.length, next.length] as const]) {
    const removed = old.slice(i, commonOld).join("");
    const inserted = next.slice(j, commonNext).join("");
    if (removed !== inserted) hunks.push(trimmed(at, removed, inserted));
    at += removed.length + (old[commonOld]?.length ?? 0);
    [i, j] = [commonOld + 1, commonNext + 1];
  }
  return hunks;
}

/** Lines with their ends, so that joined they are the text again. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Pairs of equal lines by Myers' greedy search, ascending in both; undefined if there are too many differences. */
function commonLines(old: readonly string[], next: readonly string[]): (readonly [number, number])[] | undefined {
  const limit = Math.min(old.length + next.length, DIFFERENCE_LIMIT);
  const reached = new Int32Array(2 * limit + 3);
  const middle = limit + 1;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= limit; d++) {
    trace.push(reached.slice());
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(reached, middle, k, d) ? at(reached, middle + k + 1) : at(reached, middle + k - 1) + 1;
      while (x < old.length && x - k < next.length && old[x] === next[x - k]) x++;
      reached[middle + k] = x;
      if (x >= old.length && x - k >= next.length) return walkBack(trace, middle, [old.length, next.length]);
    }
  }
  return undefined;
}

function walkBack(
  trace: readonly Int32Array[],
  middle: number,
  end: readonly [number, number],
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = end;
  for (let d = trace.length - 1; d >= 0; d--) {
    const reached = trace[d] ?? new Int32Array();
    const k = x - y;
    const down = goesDown(reached, middle, k, d);
    const previousK = down ? k + 1 : k - 1;
    const previousX = d === 0 ? 0 : at(reached, middle + previousK);
    const startX = d === 0 ? 0 : down ? previousX : previousX + 1;
    while (x > startX) {
      x--;
      y--;
      pairs.push([x, y]);
    }
    [x, y] = [previousX, previousX - previousK];
  }
  return pairs.reverse();
}

const at = (numbers: Int32Array, index: number): number => numbers[index] ?? 0;
const goesDown = (reached: Int32Array, middle: number, k: number, d: number): boolean =>
  k === -d || (k !== d && at(reached, middle + k - 1) < at(reached, middle + k + 1));

/** Without what both begin and end with. Never parts the two halves of one character. */
function trimmed(at: number, removed: string, inserted: string): TextHunk {
  const shorter = Math.min(removed.length, inserted.length);
  let start = 0;
  while (start < shorter && removed[start] === inserted[start]) start++;
  if (start > 0 && isHighSurrogate(removed.charCodeAt(start - 1))) start--;
  let end = 0;
  while (end < shorter - start && removed[removed.length - 1 - end] === inserted[inserted.length - 1 - end]) end++;
  if (end > 0 && isLowSurrogate(removed.charCodeAt(removed.length - end))) end--;
  return {
    at: at + start,
    remove: removed.length - start - end,
    insert: inserted.slice(start, inserted.length - end),
  };
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
