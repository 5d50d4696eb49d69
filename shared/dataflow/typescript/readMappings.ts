const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Of a base64 digit: more digits follow. */
const CONTINUED = 32;

interface Segment {
  readonly at: number;
  readonly origin: number;
}

/** Reads the mappings of a source map of one file, as they were made for `code` from `source`. */
export function readMappings(mappings: string, code: string, source: string): (offset: number) => number | undefined {
  const [codeLines, sourceLines] = [lineStarts(code), lineStarts(source)];
  const segments: Segment[] = [];
  let [line, column] = [0, 0];
  for (const [index, group] of mappings.split(";").entries()) {
    let at = 0;
    for (const text of group.split(",")) {
      const [advance, , lines = 0, columns = 0] = readNumbers(text);
      if (advance === undefined) continue;
      at += advance;
      line += lines;
      column += columns;
      segments.push({ at: (codeLines[index] ?? 0) + at, origin: (sourceLines[line] ?? 0) + column });
    }
  }
  return (offset) => {
    const known = lastBefore(segments, offset);
    return known && known.origin + offset - known.at;
  };
}

/** The last segment that begins at `offset` or before: they are in order. */
function lastBefore(segments: readonly Segment[], offset: number): Segment | undefined {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.at ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1];
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Variable-length quantities: five bits in a digit, the lowest first, of which the first is the sign. */
function readNumbers(text: string): readonly number[] {
  const numbers: number[] = [];
  let [value, scale] = [0, 1];
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & (CONTINUED - 1)) * scale;
    if ((bits & CONTINUED) !== 0) {
      scale *= CONTINUED;
      continue;
    }
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    [value, scale] = [0, 1];
  }
  return numbers;
}
