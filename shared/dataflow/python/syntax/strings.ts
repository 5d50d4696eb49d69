// Strings of Python: how they begin, and where they or their parts end. Each character is looked at once.

import { isBreak } from "./Indentation.ts";

export interface StringStart {
  readonly formatted: boolean;
  readonly bytes: boolean;
  readonly raw: boolean;
  /** The code of the quote, and whether there are three of it. */
  readonly quote: number;
  readonly triple: boolean;
  /** Behind the quotes. */
  readonly textFrom: number;
}

const PREFIXES: ReadonlySet<string> = new Set(["", "r", "u", "b", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"]);

/** The start of a string with its prefix at `from` and its first quote at `at`; undefined if no string begins so. */
export function stringStart(source: string, from: number, at: number): StringStart | undefined {
  const prefix = from === at ? "" : source.slice(from, at).toLowerCase();
  if (!PREFIXES.has(prefix)) return undefined;
  const quote = source.charCodeAt(at);
  const triple = source.charCodeAt(at + 1) === quote && source.charCodeAt(at + 2) === quote;
  return {
    formatted: prefix.includes("f") || prefix.includes("t"),
    bytes: prefix.includes("b"),
    raw: prefix.includes("r"),
    ...{ quote, triple, textFrom: at + (triple ? 3 : 1) },
  };
}

export interface StringEnd {
  /** Behind the string; one without an end goes to the end of its line, or of the source with three quotes. */
  readonly end: number;
  readonly closed: boolean;
}

/** Of a string without values in it. */
export function skipString(source: string, { quote, triple, textFrom }: StringStart): StringEnd {
  let at = textFrom;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === quote && isQuote(source, at, quote, triple)) return { end: at + (triple ? 3 : 1), closed: true };
    if (!triple && isBreak(code)) break;
    at += code === BACKSLASH ? escaped(source, at) : 1;
  }
  return { end: Math.min(at, source.length), closed: false };
}

/** What ends a part of a formatted string: the string itself, a value, a format, or what should not stand there. */
export interface TextEnd {
  readonly end: number;
  readonly by: "quote" | "value" | "brace" | "nothing";
}

/** The text of a formatted string at `from`, up to what ends it. `inFormat`: behind the `:` of a value. */
export function skipText(source: string, from: number, start: StringStart, inFormat: boolean): TextEnd {
  const { quote, triple, raw } = start;
  let at = from;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === quote && isQuote(source, at, quote, triple)) return { end: at + (triple ? 3 : 1), by: "quote" };
    if (!triple && isBreak(code)) break;
    if (code === OPEN_BRACE) {
      if (inFormat || source.charCodeAt(at + 1) !== OPEN_BRACE) return { end: at + 1, by: "value" };
      at += 2;
    } else if (code === CLOSE_BRACE) {
      if (inFormat || source.charCodeAt(at + 1) !== CLOSE_BRACE) return { end: at + 1, by: "brace" };
      at += 2;
    } else at += code === BACKSLASH ? escapedText(source, at, raw) : 1;
  }
  return { end: Math.min(at, source.length), by: "nothing" };
}

const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const UPPER_N = 78;

const isQuote = (source: string, at: number, quote: number, triple: boolean): boolean =>
  !triple || (source.charCodeAt(at + 1) === quote && source.charCodeAt(at + 2) === quote);

/** How much a backslash stands for, with what it escapes. */
const escaped = (source: string, at: number): number => (source.startsWith("\r\n", at + 1) ? 3 : 2);

function escapedText(source: string, at: number, raw: boolean): number {
  const next = source.charCodeAt(at + 1);
  // Braces cannot be escaped so.
  if (next === OPEN_BRACE || next === CLOSE_BRACE) return 1;
  if (raw || next !== UPPER_N || source.charCodeAt(at + 2) !== OPEN_BRACE) return escaped(source, at);
  // The name of a character: `\N{DIGIT ONE}`.
  let end = at + 3;
  while (NAMED.test(source.charAt(end))) end++;
  return end - at + (source.charCodeAt(end) === CLOSE_BRACE ? 1 : 0);
}

const NAMED = /^[A-Za-z0-9 -]$/;
