import { describe, expect, it } from "vitest";
import { Alarm } from "#shared/jobs/link/Alarm.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { at } from "../../../../support/jobs/messages.ts";

describe("Alarm", () => {
  it("rings at the instant that was set, once", () => {
    const clock = new FakeClock();
    const rung: number[] = [];
    const alarm = new Alarm(clock, () => rung.push(clock.monotonic()));
    alarm.set(at(100));
    clock.advance(at(1_000));
    expect(rung).toEqual([100]);
  });

  it("rings sooner when a sooner instant is set, and makes no new timer for a later one", () => {
    const clock = new FakeClock();
    const rung: number[] = [];
    const alarm = new Alarm(clock, () => rung.push(clock.monotonic()));
    alarm.set(at(100));
    alarm.set(at(500));
    alarm.set(at(50));
    expect(clock.waiting).toBe(1);
    clock.advance(at(1_000));
    expect(rung).toEqual([50]);
  });

  it("rings at once for an instant that is over, and not after it was stopped", () => {
    const clock = new FakeClock();
    const rung: number[] = [];
    const alarm = new Alarm(clock, () => rung.push(clock.monotonic()));
    clock.advance(at(100));
    alarm.set(at(20));
    clock.advance(at(0));
    alarm.set(at(200));
    alarm.set(undefined);
    clock.advance(at(1_000));
    expect(rung).toEqual([100]);
    expect(clock.waiting).toBe(0);
  });
});
