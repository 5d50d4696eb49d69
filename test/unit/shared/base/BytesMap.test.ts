import { describe, expect, it } from "vitest";
import { BytesMap } from "#shared/base/BytesMap.ts";
import { randomBytes } from "#shared/base/randomBytes.ts";

describe("BytesMap", () => {
  it("finds by content, and takes none for another that begins alike", () => {
    const map = new BytesMap<string>(10);
    const key = Uint8Array.of(1, 2, 3, 4, 5);
    map.set(key, "first");
    key[4] = 6;
    expect(map.get(key)).toBeUndefined();
    expect(map.get(Uint8Array.of(1, 2, 3, 4, 5))).toBe("first");
    map.set(key, "second");
    expect(map.get(key)).toBe("second");
    expect(map.get(Uint8Array.of(1, 2, 3, 4, 5))).toBeUndefined();
  });

  it("holds no more than it may", () => {
    const map = new BytesMap<number>(4);
    const keys = Array.from({ length: 9 }, (_, n) => Uint8Array.of(n, n));
    for (const [n, key] of keys.entries()) map.set(key, n);
    expect(keys.filter((key) => map.get(key) !== undefined).length).toBeLessThanOrEqual(4);
    expect(map.get(keys.at(-1)!)).toBe(8);
  });
});

describe("randomBytes", () => {
  it("gives each byte once, and as many as asked for", () => {
    const given = Array.from({ length: 2_000 }, () => randomBytes(24));
    expect(new Set(given.map(String)).size).toBe(given.length);
    expect(given.every(({ length }) => length === 24)).toBe(true);
    expect(randomBytes(5_000).length).toBe(5_000);
    const [one, other] = [randomBytes(8), randomBytes(8)];
    one.fill(0);
    expect(other.some((byte) => byte !== 0)).toBe(true);
  });
});
