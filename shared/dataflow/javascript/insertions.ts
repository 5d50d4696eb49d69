// A compiled cell is its source with a few insertions, none of which has a line break, so that lines keep their numbers.
// Each insertion stands between two marks: whoever reports a place in compiled code takes insertions out and has the
// column, and the line of text, as the author wrote them.

/** Called at the start of a compiled cell with one getter per defined name, in the order of `defines`. */
export const EXPORT_HOOK = "__meshbook_export";

const OPEN = "/*⟦*/";
const CLOSE = "/*⟧*/";
const INSERTION = /\/\*⟦\*\/.*?\/\*⟧\*\//g;

export const insertion = (text: string): string => `${OPEN}${text}${CLOSE}`;

/** A line of compiled code as it stands in the cell. */
export const sourceLine = (compiledLine: string): string => compiledLine.replace(INSERTION, "");

/** The column in the cell, from 1, of a column in a line of compiled code, from 1. */
export function sourceColumn(compiledLine: string, column: number): number {
  const at = column - 1;
  let inserted = 0;
  for (const match of compiledLine.matchAll(INSERTION)) {
    if (match.index > at) break;
    inserted += Math.min(match[0].length, at - match.index);
  }
  return at - inserted + 1;
}
