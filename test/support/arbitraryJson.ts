import fc from "fast-check";
import { CANONICAL_STYLE, type JsonStyle } from "#shared/formats/json/printRawJson.ts";
import type { RawJson, RawObject } from "#shared/formats/json/rawJson.ts";

/** Characters that writers escape, split at, or trip over. */
const CHARACTERS = ["a", "b", " ", "#", "%", "/", '"', "\\", "`", "<", "é", "ñ", "漢", "🎈", "\u2028", "\x7f", "\x85"];
const ESCAPES = [
  "\\n",
  "\\t",
  "\\u000a",
  "\\u00e9",
  "\\u003c",
  "\\/",
  "\\ud83c\\udf88",
  "\\r\\n",
  "\\ud800",
  "\\u0000",
];

const piece = fc.oneof(
  fc.constantFrom(...CHARACTERS).map((char) => JSON.stringify(char).slice(1, -1)),
  fc.constantFrom(...ESCAPES),
  fc.string({ unit: "binary", maxLength: 3 }).map((text) => JSON.stringify(text).slice(1, -1)),
);

/** Tokens of texts, in every spelling that JSON allows. */
export const textToken = fc.array(piece, { maxLength: 8 }).map((pieces) => `"${pieces.join("")}"`);

export const numberToken = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.constantFrom("1.0", "-0", "-0.0", "1e5", "1E+2", "0.10", "12345678901234567890", "1e400", "-1e400", "5e-324"),
);

const keyToken = fc.oneof(
  textToken,
  fc.constantFrom("a", "b", "10", "9", "1", "__proto__", "constructor", "toString", "").map((key) => `"${key}"`),
);

/** Any JSON, as tokens. `strange` adds what only Python writes. */
export function rawJson(strange: boolean): fc.Arbitrary<RawJson> {
  const words = strange ? ["NaN", "Infinity", "-Infinity"] : [];
  const scalar = fc.oneof(textToken, numberToken, fc.constantFrom("true", "false", "null", ...words));
  const { tree } = fc.letrec<{ tree: RawJson }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.array(tie("tree"), { maxLength: 4 }).map((items) => ({ items })),
      fc.array(fc.tuple(keyToken, tie("tree")), { maxLength: 4 }).map((entries) => ({ entries })),
    ),
  }));
  return tree;
}

export const rawObject = fc
  .array(fc.tuple(keyToken, rawJson(true)), { maxLength: 4 })
  .map((entries): RawObject => ({ entries }));

const space = fc.constantFrom("", " ", "\n", "\t", "\r\n", "  \n ");

export const jsonStyle: fc.Arbitrary<JsonStyle> = fc.record({
  bom: fc.boolean(),
  start: space,
  end: space,
  indent: fc.constantFrom(undefined, "", " ", "  ", "    ", "\t"),
  newline: fc.constantFrom("\n" as const, "\r\n" as const),
  afterComma: fc.constantFrom("", " "),
  beforeColon: fc.constantFrom("", "", " "),
  afterColon: fc.constantFrom(" ", ""),
  ascii: fc.constant(CANONICAL_STYLE.ascii),
  sorted: fc.constant(CANONICAL_STYLE.sorted),
});

/** White space in odd places, by the number of its gap. */
export const oddGaps = fc
  .array(fc.tuple(fc.nat(60), space), { maxLength: 6 })
  .map((gaps): ReadonlyMap<number, string> => new Map(gaps));
