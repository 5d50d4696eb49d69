// The words of SQL as DuckDB reads it. Used when a cell is compiled, and by the worker that executes it.

/** Stands for a value in the text that the worker has: one of the code points Unicode keeps for the inside of programs. */
export const VALUE_MARK = "\uFDD3";

export interface SqlToken {
  /** `name`: between double quotes. `symbol`: one character. `open`: what is begun and never closed. */
  readonly kind: "word" | "name" | "string" | "number" | "symbol" | "value" | "open";
  /** As it is written; of a `name` without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Where a value that begins at `at` ends; undefined if none begins there. */
export type FindValue = (at: number) => number | undefined;

const SPACE = /(?:\s|--[^\n\r]*)+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d[\w.]*/y;
const STRING = /[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'/y;
const NAME = /"((?:[^"]|"")*)"/y;
/** What begins a text between dollars, and ends it. */
const DOLLARS = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

/** The words of `source`, without spaces and comments. */
export function sqlTokens(source: string, findValue: FindValue): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < source.length;) {
    const after = skip(source, at);
    if (after > at) {
      at = after;
      continue;
    }
    const token = tokenAt(source, at, findValue);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The place behind the spaces and comments at `at`. Comments that have an end may hold others. */
function skip(source: string, at: number): number {
  const spaces = match(SPACE, source, at);
  if (spaces !== undefined) return at + spaces[0].length;
  if (!source.startsWith("/*", at)) return at;
  let depth = 0;
  for (let here = at; here < source.length; here++) {
    if (source.startsWith("/*", here)) depth++;
    else if (source.startsWith("*/", here)) depth--;
    else continue;
    here++;
    if (depth === 0) return here + 1;
  }
  return source.length;
}

function tokenAt(source: string, start: number, findValue: FindValue): SqlToken {
  const valueEnd = findValue(start);
  const made = (kind: SqlToken["kind"], end: number, text = source.slice(start, end)): SqlToken => ({
    kind,
    text,
    start,
    end,
  });
  if (valueEnd !== undefined) return made("value", valueEnd);
  const string = match(STRING, source, start);
  if (string !== undefined) return made("string", start + string[0].length);
  const dollars = match(DOLLARS, source, start)?.[0];
  if (dollars !== undefined) {
    const close = source.indexOf(dollars, start + dollars.length);
    return close < 0 ? made("open", source.length) : made("string", close + dollars.length);
  }
  const name = match(NAME, source, start);
  if (name !== undefined) return made("name", start + name[0].length, (name[1] ?? "").replaceAll('""', '"'));
  const word = match(WORD, source, start);
  if (word !== undefined) return made("word", start + word[0].length);
  const number = match(NUMBER, source, start);
  if (number !== undefined) return made("number", start + number[0].length);
  const char = source.charAt(start);
  // A quote that is never closed: what follows is in it.
  return char === "'" || char === '"' ? made("open", source.length) : made("symbol", start + 1);
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

/** Statements between semicolons; empty ones are left out. */
export function sqlStatements(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === "symbol" && token.text === ";") statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

/** The word in capitals, as SQL knows it; "" for what is no word. */
export const keyword = (token: SqlToken | undefined): string =>
  token?.kind === "word" ? token.text.toUpperCase() : "";

export const isSymbol = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === "symbol" && token.text === text;
