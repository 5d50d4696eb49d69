import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { PublishGate } from "../../../../broker/mqtt/PublishGate.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

describe("PublishGate", () => {
  it("lets a burst pass at once", () => {
    const gate = new PublishGate(new FakeClock());
    let passed = 0;
    for (let n = 0; n < 10_000; n++) gate.pass(100, () => passed++);
    expect(passed).toBe(10_000);
  });

  it("slows a flood to its rate, in order, and loses nothing", () => {
    const clock = new FakeClock();
    const gate = new PublishGate(clock);
    const passed: number[] = [];
    for (let n = 0; n < 16_000; n++) gate.pass(100, () => passed.push(n));
    expect(passed.length).toBe(10_000);
    clock.advance(ms(1000));
    expect(passed.length).toBe(13_000);
    clock.advance(ms(1000));
    expect(passed).toEqual(Array.from({ length: 16_000 }, (_, n) => n));
  });

  it("counts bytes too", () => {
    const clock = new FakeClock();
    const gate = new PublishGate(clock);
    let passed = 0;
    for (let n = 0; n < 80; n++) gate.pass(1024 * 1024, () => passed++);
    expect(passed).toBe(64);
    clock.advance(ms(1000));
    expect(passed).toBe(80);
  });
});
