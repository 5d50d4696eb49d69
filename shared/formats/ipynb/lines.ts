// nbformat writes long text as a list of lines. It splits as Python's `str.splitlines(True)` does, at more characters
// than a newline; whoever reads joins with nothing between, so that any split is right.

import { wellFormed } from "../../base/wellFormed.ts";
import { isRawArray, rawString, type RawJson } from "../json/rawJson.ts";
import { textToRaw, type TextStyle } from "../json/plainToRaw.ts";

const BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029";
const LINE_BREAK = new RegExp(`\r\n|[${BREAKS}]`, "g");

/** The lines of a text, each with its line break; none for the empty text. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LINE_BREAK)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, end));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** The text of a token or of a list of tokens; undefined for anything else. */
export function joinRaw(raw: RawJson | undefined): string | undefined {
  if (raw === undefined || typeof raw === "string") return rawString(raw);
  if (!isRawArray(raw)) return undefined;
  const lines = raw.items.map(rawString);
  return lines.every((line) => line !== undefined) ? lines.join("") : undefined;
}

/**
 * The source that the document holds for a source in a file. Line breaks become `\n`: editors count any line break as
 * one character, and a document that held two would shift every position behind it.
 */
export function sourceText(raw: RawJson | undefined): string | undefined {
  const text = joinRaw(raw);
  return text === undefined ? undefined : normalSource(text);
}

export function normalSource(text: string): string {
  return wellFormed(text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);
}

/** A source as tokens: those of `raw` if it still says the same, else in its form and with its tokens for equal lines. */
export function sourceToRaw(source: string, raw: RawJson | undefined, style: TextStyle): RawJson {
  if (raw === undefined) return linesToRaw(source, style);
  if (sourceText(raw) === source) return raw;
  if (!isRawArray(raw)) return typeof raw === "string" ? textToRaw(source, style) : linesToRaw(source, style);
  const tokens = new Map(
    raw.items.flatMap((item) => (typeof item === "string" ? [[rawString(item) ?? "", item]] : [])),
  );
  return { items: splitLines(source).map((line) => tokens.get(line) ?? textToRaw(line, style)) };
}

export function linesToRaw(text: string, style: TextStyle): RawJson {
  return { items: splitLines(text).map((line) => textToRaw(line, style)) };
}
