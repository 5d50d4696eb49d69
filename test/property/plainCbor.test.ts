// The quick codec of plain CBOR against the general one: whatever it does not leave to that one must be the same.

import { decode, encode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePlain, encodePlain, NOT_PLAIN } from "#shared/jobs/plainCbor.ts";
import { checkProperty } from "../support/property.ts";

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  tags: {},
} as const;

/** Undefined where the general codec refuses. */
function generalValue(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, STRICT);
  } catch {
    return undefined;
  }
}

/** Comparing large arrays item by item takes seconds. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

const integer = fc.oneof(
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
  fc.constantFrom(-1, -24, -25, -256, -257, -(2 ** 32), -(2 ** 32) - 1, Number.MIN_SAFE_INTEGER),
  fc.maxSafeInteger(),
  fc.nat(),
);
const text = fc.oneof(fc.string({ maxLength: 100 }), fc.string({ unit: "binary", maxLength: 80 }));
const bytes = fc.uint8Array({ maxLength: 300 });
const leaf = fc.oneof(integer, text, bytes, fc.boolean(), fc.double({ noNaN: true }), fc.constant(null));

const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 30 }),
  map: fc.dictionary(fc.oneof(text, fc.constantFrom("job", "type", "attempt", "n")), tie("value"), {
    maxKeys: 40,
    noNullPrototype: true,
  }),
}));

describe("plain CBOR", () => {
  it("is written as the general codec writes it", async () => {
    const same = fc.property(value, (given) => {
      const plain = encodePlain(given);
      if (plain !== undefined) expect(isSame(plain, encode(given, { ignoreUndefinedProperties: true }))).toBe(true);
    });
    await checkProperty("plain cbor written", 1_000, same);
  });

  it("is read as the general codec reads it", async () => {
    const same = fc.property(value, (given) => {
      const bytes = encode(given);
      const read = decodePlain(bytes);
      if (read !== NOT_PLAIN) expect(read).toStrictEqual(generalValue(bytes));
    });
    await checkProperty("plain cbor read", 1_000, same);
  });

  it("tells short texts apart, of which more were read than are remembered", () => {
    const texts = Array.from({ length: 5_000 }, (_, n) => `${n % 7 === 0 ? "job" : ""}${(n * 7_919) % 100_003}`);
    expect(texts.map((given) => decodePlain(encode(given)))).toEqual(texts);
    expect(decodePlain(encode([...texts, ...texts]))).toEqual([...texts, ...texts]);
  });

  it("with any bytes changed, added or cut is read as the general codec reads it, or not at all", async () => {
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.nat({ max: 3 }) });
    const same = fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (given, changes) => {
      let bytes = new Uint8Array(encode(given));
      for (const { at, byte, cut } of changes) {
        bytes[at % bytes.length] = byte;
        if (cut === 1 && bytes.length > 1) bytes = bytes.slice(0, -1);
        if (cut === 2) bytes = Uint8Array.of(...bytes, byte);
      }
      const read = decodePlain(bytes);
      if (read !== NOT_PLAIN) expect(read).toStrictEqual(generalValue(bytes));
    });
    await checkProperty("plain cbor changed", 2_000, same);
  });

  it("leaves what is not plain, or not in its shortest form, to the general codec", () => {
    const odd = ["1817", "190017", "1a00000017", "1b0000000000000017", "9f00ff", "bf616100ff", "c000", "f6", "f93c00"];
    const wrong = ["a2616100616100", "61ff", "82", "5b001fffffffffffff", "9b0000001000000000", "a1696162"];
    for (const hex of [...odd, ...wrong, ""]) {
      expect(decodePlain(new Uint8Array(Buffer.from(hex, "hex")))).toBe(NOT_PLAIN);
    }
    for (const value of [1.5, -0, NaN, null, undefined, 2n ** 60n, new Map(), { ä: 1 }, [undefined], new Date(0)]) {
      expect(encodePlain(value)).toBe(undefined);
    }
  });

  it("is read and written where there is much of it", () => {
    const given = { list: Array.from({ length: 3_000 }, (_, n) => `${n} `.repeat(20)), bytes: new Uint8Array(2 ** 21) };
    const bytes = encodePlain(given)!;
    expect(isSame(bytes, encode(given))).toBe(true);
    expect(isSame(encode(decodePlain(bytes)), bytes)).toBe(true);
  });
});
