import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VersionedMap } from "#shared/base/VersionedMap.ts";
import { checkProperty } from "../../../support/property.ts";

describe("a versioned map", () => {
  it("leaves every version as it was, whichever is read and changed, in whatever order", async () => {
    const change = fc.record({ from: fc.nat(50), key: fc.nat(5), value: fc.option(fc.nat(9), { nil: undefined }) });
    const property = fc.property(fc.array(change, { maxLength: 50 }), fc.array(fc.nat(50)), (changes, reads) => {
      const versions = [{ map: VersionedMap.of<number, number>(), model: new Map<number, number>() }];
      for (const { from, key, value } of changes) {
        const { map, model } = versions[from % versions.length]!;
        const next = new Map(model);
        if (value === undefined) next.delete(key);
        else next.set(key, value);
        versions.push({ map: value === undefined ? map.without(key) : map.with(key, value), model: next });
      }
      for (const at of [...reads.map((read) => read % versions.length), ...versions.keys()]) {
        const { map, model } = versions[at]!;
        expect([...map].sort()).toEqual([...model].sort());
        expect([map.size, map.get(1), map.has(2)]).toEqual([model.size, model.get(1), model.has(2)]);
      }
    });
    await checkProperty("versions of a map", 200, property);
  });

  it("keeps the order of the newest version as a Map does", () => {
    const map = VersionedMap.of<string, number>([["a", 1]])
      .with("b", 2)
      .with("c", 3)
      .with("a", 4)
      .without("b")
      .with("b", 5);
    expect([...map]).toEqual([
      ["a", 4],
      ["c", 3],
      ["b", 5],
    ]);
    expect(map.without("a").firstKey).toBe("c");
  });

  it("may be changed while one goes through it", () => {
    let map = VersionedMap.of([
      ["a", 1],
      ["b", 2],
    ]);
    for (const key of map.keys()) map = map.without(key).with(`${key}2`, 0);
    expect(map.keys()).toEqual(["a2", "b2"]);
  });
});
