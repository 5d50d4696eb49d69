import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { TokenBucket } from "../../../../broker/limits/TokenBucket.ts";

describe("TokenBucket", () => {
  it("lets a burst pass and makes what is above it wait in proportion", () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 10 }, ms(0));
    expect([1, 2, 3, 4, 5].map(() => bucket.take(1, ms(0)))).toEqual([0, 0, 0, 100, 200]);
  });

  it("refills with time, up to the burst and no further", () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 10 }, ms(0));
    bucket.take(3, ms(0));
    expect(bucket.take(2, ms(200))).toBe(0);
    expect(bucket.take(3, ms(60_000))).toBe(0);
    expect(bucket.take(1, ms(60_000))).toBe(100);
  });

  it("takes one message larger than the burst, as a debt", () => {
    const bucket = new TokenBucket({ burst: 100, perSecond: 50 }, ms(0));
    expect(bucket.take(200, ms(0))).toBe(2000);
    expect(bucket.take(0, ms(2000))).toBe(0);
  });
});
