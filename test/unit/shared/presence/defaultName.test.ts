import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { defaultName, LAST_NAME_NUMBER, nameNumberAmong, numberedName } from "#shared/presence/defaultName.ts";
import { checkProperty } from "../../../support/property.ts";

/** Devices, by id, that are called the same where nothing is said. */
const SAME = [...Array(2_000).keys()]
  .map((at) => PeerId.parse(String(at).padStart(22, "A"))!)
  .filter((peer, _, [first]) => defaultName(peer) === defaultName(first!))
  .sort();
const [first, second, third] = SAME as [PeerId, PeerId, PeerId];
const other = PeerId.parse("B".repeat(22))!;

describe("default names among others", () => {
  it("stay as they are while nobody else has them", () => {
    expect(nameNumberAmong(second, 1, [])).toBe(1);
    expect(nameNumberAmong(second, 1, [{ peer: first, name: "Ana" }])).toBe(1);
    expect(nameNumberAmong(second, 1, [{ peer: second, name: numberedName(second, 1) }])).toBe(1);
  });

  it("give way to the smaller id, and to whoever chose the name", () => {
    const name = numberedName(first, 1);
    expect(nameNumberAmong(first, 1, [{ peer: second, name }])).toBe(1);
    expect(nameNumberAmong(second, 1, [{ peer: first, name }])).toBe(2);
    expect(nameNumberAmong(first, 1, [{ peer: other, name }])).toBe(2);
    const two = { peer: second, name: numberedName(first, 2) };
    expect(nameNumberAmong(third, 1, [{ peer: first, name }, two])).toBe(3);
    expect(numberedName(third, 3)).toBe(`${name} 3`);
  });

  it("end somewhere if somebody takes each", () => {
    const all = [...Array(500).keys()].map((at) => ({ peer: first, name: numberedName(first, at + 1) }));
    expect(nameNumberAmong(second, 1, all)).toBe(LAST_NAME_NUMBER);
    expect(nameNumberAmong(second, LAST_NAME_NUMBER, all)).toBe(LAST_NAME_NUMBER);
  });

  it("differ for all who are here after a few rounds, in whatever order they hear of one another", async () => {
    await checkProperty(
      "default names settle",
      100,
      fc.property(
        fc.integer({ min: 2, max: Math.min(12, SAME.length) }),
        fc.array(fc.nat(), { minLength: 200, maxLength: 200 }),
        (count, turns) => {
          const numbers = new Map(SAME.slice(0, count).map((peer) => [peer, 1]));
          const settle = (peer: PeerId): void => {
            const others = [...numbers].map(([each, number]) => ({ peer: each, name: numberedName(each, number) }));
            numbers.set(peer, nameNumberAmong(peer, numbers.get(peer)!, others));
          };
          for (const turn of turns) settle(SAME[turn % count]!);
          for (let round = 0; round < count; round++) for (const peer of numbers.keys()) settle(peer);
          expect(new Set(numbers.values()).size).toBe(count);
          expect(Math.max(...numbers.values())).toBe(count);
        },
      ),
    );
  });
});
