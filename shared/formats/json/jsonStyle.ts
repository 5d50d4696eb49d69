import { isRecord, type JsonObject } from "../../base/parse.ts";
import { parseRawJson } from "./parseRawJson.ts";
import { CANONICAL_STYLE, printRawJson, type JsonStyle } from "./printRawJson.ts";
import type { RawJson } from "./rawJson.ts";

/** White space by number of its gap, for texts that follow no style throughout. */
export type Gaps = ReadonlyMap<number, string>;

/** Gaps kept of a text without a style. A notebook written by hand has a few; a whole layout is not worth its weight. */
const GAP_LIMIT = 5_000;
/** Characters of one piece of white space that are kept. */
const SPACE_LIMIT = 100;

const SPACE = /^[ \t\r\n]*$/;
const FIRST_BREAK = /^[[{]([ \t\r\n]*)/;
const FIRST_COLON = /^[[{]\s*"(?:[^"\\]|\\.)*"(\s*):(\s*)/;
const COMMA_BEFORE_KEY = /[\]}"\dle],( *)"(?:[^"\\]|\\.)*"\s*:/;
const NOT_ASCII = /[^\0-\x7f]/;
const ESCAPED_NOT_ASCII = /\\u(?!00[0-7])[0-9a-fA-F]{4}/;

/** The style of a JSON text, judged by its first lines. `sorted` is for the caller to find out. */
export function detectStyle(text: string, sorted: boolean): JsonStyle {
  const start = /^[ \t\r\n]*/.exec(text)?.[0] ?? "";
  const body = text.slice(start.length, start.length + 10_000);
  const gap = FIRST_BREAK.exec(body)?.[1] ?? "";
  const colon = FIRST_COLON.exec(body);
  const lineBreak = gap.lastIndexOf("\n");
  return {
    bom: false,
    start,
    end: text.slice(text.trimEnd().length),
    indent: lineBreak < 0 ? undefined : gap.slice(lineBreak + 1),
    newline: gap.includes("\r\n") ? "\r\n" : "\n",
    afterComma: COMMA_BEFORE_KEY.exec(body)?.[1] ?? "",
    beforeColon: colon?.[1] ?? "",
    afterColon: colon?.[2] ?? " ",
    ascii: !NOT_ASCII.test(text) && ESCAPED_NOT_ASCII.test(text),
    sorted,
  };
}

/** The gaps of `text` that `style` does not print; undefined if they are too many to keep. */
export function irregularGaps(text: string, raw: RawJson, style: JsonStyle): Gaps | undefined {
  if (printRawJson(raw, style) === text) return new Map();
  const actual = gapsOf(text);
  const regular = gapsOf(printRawJson(raw, style));
  const irregular = new Map<number, string>();
  for (const [index, gap] of actual.entries()) {
    if (gap === regular[index]) continue;
    if (irregular.size >= GAP_LIMIT || gap.length > SPACE_LIMIT) return undefined;
    irregular.set(index, gap);
  }
  return irregular;
}

/** The style as stored: absent instead of undefined. */
export function writeStyle(style: JsonStyle): JsonObject {
  const { indent, ...rest } = style;
  return indent === undefined ? { ...rest } : { ...rest, indent };
}

/** The style that stands in a document, where any peer may have written it; undefined for what is none. */
export function readStyle(value: unknown): JsonStyle | undefined {
  if (!isRecord(value)) return undefined;
  const space = (key: keyof JsonStyle): string | undefined => readSpace(value[key]);
  return {
    bom: value["bom"] === true,
    start: space("start") ?? "",
    end: space("end") ?? CANONICAL_STYLE.end,
    indent: space("indent"),
    newline: value["newline"] === "\r\n" ? "\r\n" : "\n",
    afterComma: space("afterComma") ?? "",
    beforeColon: space("beforeColon") ?? "",
    afterColon: space("afterColon") ?? CANONICAL_STYLE.afterColon,
    ascii: value["ascii"] === true,
    sorted: value["sorted"] === true,
  };
}

/** White space that stands in a document; undefined for anything else. */
export function readSpace(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= SPACE_LIMIT && SPACE.test(value) ? value : undefined;
}

function gapsOf(text: string): readonly string[] {
  const gaps: string[] = [];
  parseRawJson(text, (gap) => gaps.push(gap));
  return gaps;
}
