import { describe, expect, it } from "vitest";
import { detectStyle, irregularGaps, readStyle, writeStyle } from "#shared/formats/json/jsonStyle.ts";
import { NESTING_LIMIT, parseRawJson } from "#shared/formats/json/parseRawJson.ts";
import { mergePlain, plainToRaw, samePlain, compareCodePoints } from "#shared/formats/json/plainToRaw.ts";
import { CANONICAL_STYLE, compactRawJson, printRawJson } from "#shared/formats/json/printRawJson.ts";
import { rawGet, rawNumber, rawString, rawToPlain, type RawJson } from "#shared/formats/json/rawJson.ts";

function parse(text: string): RawJson {
  const parsed = parseRawJson(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.value;
}

function refusal(text: string): string {
  const parsed = parseRawJson(text);
  return parsed.ok ? "accepted" : parsed.error.message;
}

describe("parseRawJson", () => {
  it("keeps every token as it was written", () => {
    const text = '{"b":1.0,"a":[-0,1E+2,1e400,123456789012345678901],"b":"\\u00e9\\/é","10":null,"9":true}';
    expect(compactRawJson(parse(text))).toBe(text);
  });

  it("takes the numbers that Python writes and JSON does not have", () => {
    expect(compactRawJson(parse("[NaN, Infinity, -Infinity]"))).toBe("[NaN,Infinity,-Infinity]");
    expect(rawToPlain(parse("[NaN, Infinity, -1e999]"))).toEqual([null, null, -Number.MAX_VALUE]);
  });

  it.each([
    ['{"a": 1,}', 'line 1, column 9: expected a key in double quotes, found "}"'],
    ['{\n "a": [1\n "b"]}', 'line 3, column 2: expected `,` or `]`, found "\\"b\\"]}"'],
    ['{"a" 1}', 'line 1, column 6: expected `:` after the key, found "1}"'],
    ['{"a": "x', "line 1, column 7: this text is never closed: the file seems to be cut off"],
    ['["a\nb"]', "line 1, column 4: a line break or control character stands unescaped inside a text"],
    ['["\\x"]', "line 1, column 3: `\\x` is no JSON escape"],
    ['["\\u00g0"]', "line 1, column 3: `\\u` is no JSON escape"],
    ["[01]", 'line 1, column 2: expected a number, found "01]"'],
    ["[1.]", 'line 1, column 2: expected a number, found "1.]"'],
    ["[+1]", 'line 1, column 2: expected a number, found "+1]"'],
    ["[nul]", 'line 1, column 2: expected a value, found "nul]"'],
    ["", "line 1, column 1: expected a value, but the file ends here"],
    ["[1] x", 'line 1, column 5: expected the end of the file, found "x"'],
    ["[1, ", "line 1, column 5: expected a value, but the file ends here"],
  ])("refuses %j with the place", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it("knows the marks of an unresolved merge", () => {
    expect(refusal('{\n "a": 1,\n<<<<<<< HEAD\n "b": 2\n=======\n')).toBe(
      "line 3, column 1: this is a mark of an unresolved merge; resolve the merge in git first, then open the file again",
    );
  });

  it("reads down to the limit of nesting and refuses deeper, however deep", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(compactRawJson(parse(nested(NESTING_LIMIT)))).toBe(nested(NESTING_LIMIT));
    expect(refusal(nested(NESTING_LIMIT + 1))).toContain(`column ${NESTING_LIMIT + 1}: values are nested more than`);
    expect(refusal("[".repeat(3_000_000))).toContain("nested more than");
    expect(refusal('{"a":'.repeat(1_000_000))).toContain("nested more than");
  });

  it("reads texts of 100 MB and refuses numbers without end", () => {
    const long = `["${"x".repeat(100_000_000)}"]`;
    expect(compactRawJson(parse(long)).length).toBe(long.length);
    expect(refusal(`[${"1".repeat(10_000_000)}]`)).toContain("a number has more than");
  });

  it("reads what JSON.parse reads, and refuses what it refuses, over a list of edge cases", () => {
    const cases = [
      '"\u2028"',
      '"\\ud800"',
      '"\x7f"',
      "\ufeff1",
      "1\u00a0",
      "\v1",
      "--1",
      "1e",
      "1e+",
      "-",
      ".5",
      "0.0e-0",
    ];
    for (const text of cases) {
      let native = true;
      try {
        JSON.parse(text);
      } catch {
        native = false;
      }
      expect([text, parseRawJson(text).ok]).toEqual([text, native]);
    }
  });
});

describe("plain data of raw JSON", () => {
  it("takes the last of two equal keys and leaves `__proto__` out", () => {
    const raw = parse('{"a":1,"a":2,"__proto__":{"polluted":true},"b":{"\\u005f_proto__":1}}');
    const plain = rawToPlain(raw);
    expect(JSON.stringify(plain)).toBe('{"a":2,"b":{}}');
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect(rawGet(raw, "a")).toBe("2");
  });

  it("makes text well formed, as every other replica will have it", () => {
    expect(rawToPlain(parse('["\\ud800","\\ud83c\\udf88"]'))).toEqual(["\ufffd", "🎈"]);
  });

  it("reads scalars strictly by their kind", () => {
    expect([rawString('"a\\n"'), rawString("1"), rawNumber("1.50"), rawNumber('"1"'), rawNumber("null")]).toEqual([
      "a\n",
      undefined,
      1.5,
      undefined,
      undefined,
    ]);
  });
});

describe("mergePlain", () => {
  const style = CANONICAL_STYLE;
  const raw = parse('{"points":1.0,"10":"\\u00e9","list":[1.0,{"z":2.0,"a":1}],"__proto__":5}');

  it("gives the tokens back where nothing changed", () => {
    expect(mergePlain(rawToPlain(raw), raw, style)).toEqual(raw);
  });

  it("writes what changed and keeps the tokens of the rest", () => {
    const value = { points: 1, "10": "é", list: [1, { z: 3, a: 1 }] };
    expect(compactRawJson(mergePlain(value, raw, style))).toBe(
      '{"points":1.0,"10":"\\u00e9","list":[1.0,{"z":3,"a":1}],"__proto__":5}',
    );
  });

  it("drops removed keys and puts new ones where they belong", () => {
    const sorted = parse('{"a":1.0,"c":2}');
    expect(compactRawJson(mergePlain({ a: 1, b: [], c: 2 }, sorted, style))).toBe('{"a":1.0,"b":[],"c":2}');
    expect(compactRawJson(mergePlain({ c: 2 }, sorted, style))).toBe('{"c":2}');
    const unsorted = { ...style, sorted: false };
    expect(compactRawJson(mergePlain({ a: 1, b: 0, c: 2 }, sorted, unsorted))).toBe('{"a":1.0,"c":2,"b":0}');
  });

  it("makes null of what is no JSON, and stops at the limit of nesting", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 5_000; i++) deep = [deep];
    expect(compactRawJson(plainToRaw([undefined, NaN, new Map(), () => 1, 1n], style))).toBe(
      "[null,null,null,null,null]",
    );
    expect(compactRawJson(plainToRaw(deep, style))).toBe(
      `${"[".repeat(NESTING_LIMIT)}null${"]".repeat(NESTING_LIMIT)}`,
    );
  });

  it("escapes as Python does when the file is ASCII", () => {
    expect(plainToRaw("é\u2028🎈\x7f\n\x1b", { ascii: true, sorted: true })).toBe(
      '"\\u00e9\\u2028\\ud83c\\udf88\\u007f\\n\\u001b"',
    );
    expect(plainToRaw("é\x7f\n\x1b", style)).toBe('"é\x7f\\n\\u001b"');
  });

  it("sorts keys by code point as Python does", () => {
    expect(["🎈", "\uffee", "a", "10", "9", ""].sort(compareCodePoints)).toEqual(["", "10", "9", "a", "\uffee", "🎈"]);
  });

  it("compares JSON without regard to the order of keys", () => {
    expect(samePlain({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] })).toBe(true);
    expect(samePlain({ a: 1 }, { b: 1 })).toBe(false);
    expect(samePlain([1], { 0: 1 })).toBe(false);
  });
});

describe("the style of a JSON text", () => {
  it.each([
    ["nbformat's own", '{\n "a": [\n  1,\n  {}\n ],\n "b": []\n}\n'],
    ["Colab's", '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}'],
    ["tabs and CRLF", '{\r\n\t"a": [\r\n\t\t1\r\n\t]\r\n}\r\n\r\n'],
    ["one line, as Python has it", '{"a": [1, "b", {"c": 2}], "d": {}}'],
    ["one line, as JavaScript has it", '{"a":[1,"b",{"c":2}],"d":{}}'],
    ["a space before colons", '{\n "a" : [\n  1\n ]\n}\n'],
    ["white space around it", '\n\n {\n "a": 1\n}\t'],
    ["no indentation but lines", '{\n"a": [\n1\n]\n}\n'],
  ])("is printed again: %s", (_, text) => {
    const raw = parse(text);
    const style = detectStyle(text, false);
    expect(printRawJson(raw, style)).toBe(text);
    expect(irregularGaps(text, raw, style)).toEqual(new Map());
    expect(readStyle(writeStyle(style))).toEqual(style);
  });

  it("is completed by the gaps that follow no style", () => {
    const text = '{ "a" :[1,2 , 3],\n\n "b":{ } ,"c": [\t] }';
    const raw = parse(text);
    const style = detectStyle(text, false);
    expect(printRawJson(raw, style, irregularGaps(text, raw, style))).toBe(text);
  });

  it("gives up on white space that is too much to keep", () => {
    const text = `[${Array.from({ length: 20_000 }, (_, i) => `${" ".repeat(1 + (i % 3))}1`).join(",")}]`;
    expect(irregularGaps(text, parse(text), detectStyle(text, false))).toBeUndefined();
  });

  it("is read from a document with care", () => {
    expect(readStyle("x")).toBeUndefined();
    expect(readStyle({ indent: "evil", newline: "\n\n", start: "{", end: 5, ascii: "yes", bom: 1 })).toEqual({
      ...CANONICAL_STYLE,
      indent: undefined,
      sorted: false,
    });
  });
});
