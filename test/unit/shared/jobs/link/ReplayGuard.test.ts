import { describe, expect, it } from "vitest";
import { REPLAY_WINDOW, ReplayGuard } from "#shared/jobs/link/ReplayGuard.ts";
import { peerOf } from "../../../../support/jobs/messages.ts";

const a = peerOf("a");
const header = (incarnation: number, seq: number) => ({ incarnation, seq, to: 0 });

describe("ReplayGuard", () => {
  it("accepts each number once per topic and sender", () => {
    const guard = new ReplayGuard();
    expect(guard.accept(a, "t", header(1, 1))).toBe(true);
    expect(guard.accept(a, "t", header(1, 1))).toBe(false);
    expect(guard.accept(a, "other", header(1, 1))).toBe(true);
    expect(guard.accept(peerOf("b"), "t", header(1, 1))).toBe(true);
  });

  it("accepts what was overtaken within the window, once, and nothing below it", () => {
    const guard = new ReplayGuard();
    guard.accept(a, "t", header(1, REPLAY_WINDOW + 10));
    expect(guard.isNew(a, "t", header(1, 10))).toBe(false);
    expect(guard.accept(a, "t", header(1, 11))).toBe(true);
    expect(guard.accept(a, "t", header(1, 11))).toBe(false);
  });

  it("accepts nothing of a life that is over", () => {
    const guard = new ReplayGuard();
    guard.accept(a, "t", header(7, 50));
    expect(guard.accept(a, "t", header(8, 1))).toBe(true);
    expect(guard.lifeOf(a)).toBe(8);
    expect(guard.isNew(a, "t", header(7, 51))).toBe(false);
    expect(guard.isNew(a, "other", header(7, 1))).toBe(false);
  });

  it("knows a life it met without accepting anything", () => {
    const guard = new ReplayGuard();
    guard.meet(a, 3);
    expect(guard.isNew(a, "t", header(2, 1))).toBe(false);
    guard.meet(a, 2);
    expect(guard.lifeOf(a)).toBe(3);
  });

  it("accepts numbers that only rise for ever, as from a broker that keeps order", () => {
    const guard = new ReplayGuard();
    for (let seq = 1; seq < 5 * REPLAY_WINDOW; seq++) {
      expect(guard.accept(a, "t", header(1, seq))).toBe(true);
      expect(guard.accept(a, "t", header(1, Math.max(1, seq - 3)))).toBe(false);
    }
  });
});
