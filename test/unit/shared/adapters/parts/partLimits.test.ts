import { describe, expect, it } from "vitest";
import {
  nextPartLimit,
  PART_FIRST,
  PART_MAX,
  PART_MIN,
  partLimitFor,
  type AppliedPart,
} from "#shared/adapters/parts/partLimits.ts";
import { ms } from "#shared/base/units.ts";

/** What is asked for after `parts` whole parts, each of which took what `cost` says of its size. */
function limitsAfter(
  parts: number,
  cost: (size: number) => number,
  way: (size: number) => number = () => 0,
): readonly number[] {
  const limits: number[] = [PART_FIRST];
  let before: AppliedPart | undefined;
  for (let part = 0; part < parts; part++) {
    const limit = limits.at(-1)!;
    const applied = { limit, size: limit, waited: ms(way(limit)), took: ms(cost(limit)) };
    limits.push(nextPartLimit(applied, before));
    before = applied;
  }
  return limits;
}

describe("nextPartLimit", () => {
  it("grows while parts are applied quickly, up to the largest", () => {
    expect(limitsAfter(20, () => 3).at(-1)).toBe(PART_MAX);
  });

  it("shrinks while they take too long for their size, down to the smallest", () => {
    expect(limitsAfter(20, (size) => size / 500).at(-1)).toBe(PART_MIN);
  });

  it("grows where a part costs the same whatever its size: each costs what the text it belongs to is long", () => {
    const limits = limitsAfter(40, (size) => 40 + size / 100_000).slice(10);
    expect(limits.reduce((sum, limit) => sum + limit, 0) / limits.length).toBeGreaterThan(PART_MAX / 2);
  });

  it("stays small enough to come soon on a slow line, however quickly it is applied", () => {
    const atBytesPerSecond = (rate: number): readonly number[] =>
      limitsAfter(
        20,
        () => 1,
        (size) => (size / rate) * 1_000,
      ).slice(3);
    for (const rate of [20_000, 100_000]) {
      for (const limit of atBytesPerSecond(rate)) expect(limit / rate).toBeLessThanOrEqual(2.5);
    }
    expect(atBytesPerSecond(2_000).at(-1)).toBe(PART_MIN);
    expect(atBytesPerSecond(2_000_000).at(-1)).toBe(PART_MAX);
  });

  it("stays where applying takes as long as it may, and after a part that ended early", () => {
    const part = { limit: PART_FIRST, size: PART_FIRST, waited: ms(0), took: ms(15) };
    expect([nextPartLimit(part), nextPartLimit({ ...part, size: 10, took: ms(0) })]).toEqual([PART_FIRST, PART_FIRST]);
  });
});

describe("partLimitFor", () => {
  it("is what was asked for, within what a part may be", () => {
    expect([1, 100_000, 10 ** 9].map(partLimitFor)).toEqual([PART_MIN, 100_000, PART_MAX]);
  });
});
