import { describe, expect, it } from "vitest";
import { nextPartLimit, PART_FIRST, PART_MAX, PART_MIN } from "#shared/adapters/parts/partLimits.ts";
import { ms } from "#shared/base/units.ts";

describe("nextPartLimit", () => {
  it("grows while parts are applied quickly, up to the largest", () => {
    let limit: number = PART_FIRST;
    for (let part = 0; part < 20; part++) limit = nextPartLimit(limit, limit, ms(3));
    expect(limit).toBe(PART_MAX);
  });

  it("shrinks while they take too long, down to the smallest", () => {
    let limit: number = PART_FIRST;
    for (let part = 0; part < 20; part++) limit = nextPartLimit(limit, limit, ms(90));
    expect(limit).toBe(PART_MIN);
  });

  it("stays where applying takes as long as it may, and after a part that ended early", () => {
    expect([nextPartLimit(PART_FIRST, PART_FIRST, ms(15)), nextPartLimit(PART_FIRST, 10, ms(0))]).toEqual([
      PART_FIRST,
      PART_FIRST,
    ]);
  });
});
