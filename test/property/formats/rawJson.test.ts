import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { detectStyle, irregularGaps, readStyle, writeStyle } from "#shared/formats/json/jsonStyle.ts";
import { parseRawJson } from "#shared/formats/json/parseRawJson.ts";
import { mergePlain } from "#shared/formats/json/plainToRaw.ts";
import { CANONICAL_STYLE, printRawJson } from "#shared/formats/json/printRawJson.ts";
import { wellFormed } from "#shared/base/wellFormed.ts";
import { rawToPlain, type RawJson } from "#shared/formats/json/rawJson.ts";
import { jsonStyle, oddGaps, rawJson } from "../../support/arbitraryJson.ts";
import { checkProperty, LONG } from "../../support/property.ts";

// The long suite runs twenty times as many cases.
vi.setConfig({ testTimeout: LONG ? 900_000 : 60_000 });

const parse = (text: string): RawJson => {
  const parsed = parseRawJson(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.value;
};

const DAMAGE = ["", "]", "}", ",", '"', "\\", "1", "-", ".", "e", "n", "\u0001", "\v", "\u00a0", ":"];

function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

describe("raw JSON", () => {
  it("goes through tree and printer byte for byte, whatever its tokens and its white space", async () => {
    await checkProperty(
      "raw JSON round trip",
      1_000,
      fc.property(rawJson(true), jsonStyle, oddGaps, (raw, style, gaps) => {
        const text = printRawJson(raw, style, gaps);
        const read = parse(text);
        expect(read).toEqual(raw);
        const found = detectStyle(text, true);
        const kept = readStyle(structuredClone(writeStyle(found)));
        expect(printRawJson(read, kept ?? CANONICAL_STYLE, irregularGaps(text, read, found))).toBe(text);
      }),
    );
  });

  it("says the same as JSON.parse", async () => {
    await checkProperty(
      "raw JSON meaning",
      500,
      fc.property(rawJson(false), jsonStyle, (raw, style) => {
        const text = printRawJson(raw, style);
        expect(rawToPlain(parse(text))).toEqual(plainByJson(text));
      }),
    );
  });

  it("accepts what JSON.parse accepts and refuses what it refuses, after any damage", async () => {
    await checkProperty(
      "raw JSON strictness",
      2_000,
      fc.property(
        rawJson(false),
        jsonStyle,
        fc.record({ where: fc.nat(), cut: fc.nat(3), put: fc.constantFrom(...DAMAGE) }),
        (raw, style, { where, cut, put }) => {
          const text = printRawJson(raw, style);
          const at = where % (text.length + 1);
          const damaged = text.slice(0, at) + put + text.slice(at + cut);
          expect(parseRawJson(damaged).ok).toBe(accepts(() => JSON.parse(damaged) as unknown));
        },
      ),
    );
  });

  it("gets its tokens back from plain data that did not change", async () => {
    await checkProperty(
      "raw JSON merge",
      500,
      fc.property(rawJson(true), (raw) => {
        const overTheWire = structuredClone(rawToPlain(raw));
        expect(mergePlain(overTheWire, raw, CANONICAL_STYLE)).toEqual(raw);
      }),
    );
  });
});

/** What JSON.parse reads, made plain by the same rules. */
function plainByJson(text: string): unknown {
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return wellFormed(value);
    if (typeof value === "number") return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => key !== "__proto__" && key !== "constructor");
    return Object.fromEntries(entries.map(([key, item]) => [wellFormed(key), clean(item)]));
  };
  return clean(JSON.parse(text));
}
