import type { JsonObject } from "../../base/parse.ts";
import { readOptions } from "./cellOptions.ts";
import type { TextCell } from "./textNotebook.ts";

/** Languages whose fences are code cells. Others (`text`, `json`, `bash`) show something and belong to the prose. */
const CELL_LANGUAGES: readonly string[] = ["javascript", "typescript", "python", "sql", "r", "julia"];
const SHORT_NAMES: Readonly<Record<string, string>> = { js: "javascript", ts: "typescript", py: "python" };

const CODE_FENCE = /^(`{3,})([^\s`]+)(?: ([^`]*))?$/;
const PROSE_FENCE = /^ {0,3}(`{3,}|~{3,})/;
const REGION = /^<!-- #(region|raw)(?: (.*))? -->$/;
const REGION_END = /^<!-- #end(?:region|raw) -->$/;
/** A region comment, or one that was escaped. */
const MARK = /^<!-- \\*#(?:end)?(?:region|raw)\b/;

/** True for a language whose fences become code cells. `own` is the language that the file's header names. */
export function isCellLanguage(language: string, own: string | undefined): boolean {
  return CELL_LANGUAGES.includes(language) || language === own;
}

/** Keeps a line of prose from ending its region. Reading takes it back. */
export const escapeMarks = (line: string): string => (isMark(line) ? line.replace("#", "\\#") : line);
/** True for a line that, bare, could begin or end a region together with lines of other cells. */
export const isMark = (line: string): boolean => MARK.test(line);
const unescapeMarks = (line: string): string =>
  /^<!-- \\+#/.test(line) && isMark(line) ? line.replace("\\", "") : line;

/** The cells of a Markdown text. Every code cell has its language. */
export function readMarkdownCells(lines: readonly string[], own: string | undefined): readonly TextCell[] {
  return new MarkdownReader(lines, own).read();
}

class MarkdownReader {
  readonly #lines: readonly string[];
  readonly #own: string | undefined;
  readonly #cells: TextCell[] = [];
  #prose: string[] = [];
  #blank = 0;
  #at = 0;
  /** Behind it no region ends: an open one there need not be searched through. */
  readonly #lastRegionEnd: number;

  constructor(lines: readonly string[], own: string | undefined) {
    this.#lines = lines;
    this.#own = own;
    this.#lastRegionEnd = lines.reduce((last, line, index) => (REGION_END.test(line) ? index : last), -1);
  }

  read(): readonly TextCell[] {
    while (this.#at < this.#lines.length) {
      if (this.#region() || this.#code()) continue;
      this.#proseLines();
    }
    this.#endProse();
    return this.#cells;
  }

  /** A region or raw cell, if one begins and ends; an open one without end is prose. */
  #region(): boolean {
    const [, word, text = ""] = REGION.exec(this.#line()) ?? [];
    if (word === undefined) return false;
    const end = this.#at < this.#lastRegionEnd ? this.#find(REGION_END) : this.#lines.length;
    if (end === this.#lines.length) return false;
    this.#endProse();
    const { metadata } = readOptions(text);
    const content = this.#lines.slice(this.#at + 1, end).map(unescapeMarks);
    const kind = word === "raw" ? "raw" : "markdown";
    this.#cells.push({ kind, source: content.join("\n"), metadata, language: undefined });
    this.#at = end + 1;
    return true;
  }

  #code(): boolean {
    const [, ticks = "", word = "", text = ""] = CODE_FENCE.exec(this.#line()) ?? [];
    const language = (Object.hasOwn(SHORT_NAMES, word) ? SHORT_NAMES[word] : undefined) ?? word;
    const { cell, ...metadata }: JsonObject = readOptions(text).metadata;
    if (ticks === "" || !(cell === true || isCellLanguage(language, this.#own))) return false;
    this.#endProse();
    const end = this.#fenceEnd(ticks);
    this.#cells.push({ kind: "code", source: this.#lines.slice(this.#at + 1, end).join("\n"), metadata, language });
    this.#at = end + 1;
    return true;
  }

  /** One line of prose, or a whole fence that is prose. Two blank lines outside a fence end a cell. */
  #proseLines(): void {
    const line = this.#line();
    const fence = PROSE_FENCE.exec(line)?.[1];
    const end = fence === undefined ? this.#at : Math.min(this.#fenceEnd(fence), this.#lines.length - 1);
    if (line.trim() === "") this.#blank++;
    else {
      if (this.#blank >= 2) this.#endProse();
      this.#blank = 0;
    }
    for (; this.#at <= end; this.#at++) this.#prose.push(this.#line());
  }

  #endProse(): void {
    const first = this.#prose.findIndex((line) => line.trim() !== "");
    let end = this.#prose.length;
    while (end > 0 && this.#prose[end - 1]?.trim() === "") end--;
    const source = this.#prose.slice(Math.max(first, 0), end).join("\n");
    if (first >= 0) this.#cells.push({ kind: "markdown", source, metadata: {}, language: undefined });
    this.#prose = [];
    this.#blank = 0;
  }

  /** The index of the line that closes a fence opened here; the number of lines if none does. */
  #fenceEnd(fence: string): number {
    const mark = fence.charAt(0);
    const close = new RegExp(`^ {0,3}${mark}{${fence.length},}[ \\t]*$`);
    return this.#find(close);
  }

  /** The index of the next line below this one that fits; the number of lines if none does. */
  #find(pattern: RegExp): number {
    let index = this.#at + 1;
    while (index < this.#lines.length && !pattern.test(this.#lines[index] ?? "")) index++;
    return index;
  }

  #line(): string {
    return this.#lines[this.#at] ?? "";
  }
}
