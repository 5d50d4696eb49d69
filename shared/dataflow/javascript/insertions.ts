// A compiled cell is its source with a few insertions, none of which has a line break, so that lines keep their numbers.
// Each insertion stands between two marks: whoever reports a place in compiled code takes insertions out and has the
// column, and the line of text, as the author wrote them.

/** Called at the start of a compiled cell with one getter per defined name, in the order of `defines`. */
export const EXPORT_HOOK = "__meshbook_export";
/** Gives, for the numbers of line breaks in its values, the tag that executes a cell of SQL. */
export const SQL_HOOK = "__meshbook_sql";
/** Gives, for the language of a cell of text, the tag that makes its output of its texts and values. */
export const TEMPLATE_HOOK = "__meshbook_template";

const OPEN = "/*⟦*/";
const CLOSE = "/*⟧*/";
const INSERTION = /\/\*⟦\*\/.*?\/\*⟧\*\//g;

export const insertion = (text: string): string => `${OPEN}${text}${CLOSE}`;

/**
 * Characters that mean something in a template literal, and what stands for them in the compiled code of a cell of text:
 * one for one, so that columns stay. Of the code points that Unicode keeps for the inside of programs.
 */
const STAND_INS: Readonly<Record<string, string>> = { "`": "\uFDD0", "\\": "\uFDD1", $: "\uFDD2" };
const STOOD_FOR: Readonly<Record<string, string>> = { "\uFDD0": "`", "\uFDD1": "\\", "\uFDD2": "$" };

export const escapeText = (text: string): string => text.replace(/[`\\$]/g, (char) => STAND_INS[char] ?? char);
const unescapeText = (text: string): string => text.replace(/[\uFDD0-\uFDD2]/g, (char) => STOOD_FOR[char] ?? char);

/** The texts of a template literal as they stand in the cell: the first and the last hold half an insertion. */
export function templateTexts(parts: readonly string[]): readonly string[] {
  return parts.map((part, index) => {
    const start = index === 0 ? CLOSE.length : 0;
    const end = index === parts.length - 1 ? part.length - OPEN.length : part.length;
    return unescapeText(part.slice(start, end));
  });
}

/** A line of compiled code as it stands in the cell. */
export const sourceLine = (compiledLine: string): string => unescapeText(compiledLine.replace(INSERTION, ""));

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
