import { describe, expect, it } from "vitest";
import { JSON_DEPTH_LIMIT, parseJson } from "#shared/base/parseJson.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("parseJson", () => {
  it("gives what JSON says", () => {
    expect(parseJson('{"a":[1,"[[{\\"",null]}')).toEqual({ a: [1, '[[{"', null] });
    expect(parseJson("null")).toBeNull();
  });

  it.each(["", "{", "undefined", '{"a":}', "]".repeat(1_000)])("gives undefined for %j", (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  it("takes what is as deep as the limit, and nothing deeper", () => {
    expect(parseJson(nested(JSON_DEPTH_LIMIT))).toEqual(JSON.parse(nested(JSON_DEPTH_LIMIT)));
    expect(parseJson(nested(JSON_DEPTH_LIMIT + 1))).toBeUndefined();
    expect(parseJson(nested(100_000))).toBeUndefined();
  });

  it("counts no brackets in strings, and many beside one another", () => {
    const text = JSON.stringify(["[{".repeat(1_000), "\\", '"[', ...Array.from({ length: 1_000 }, () => ({ a: [] }))]);
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});
