import { describe, expect, it } from "vitest";
import { HeldCount } from "#shared/adapters/hub/HeldCount.ts";

describe("HeldCount", () => {
  it("claims nothing before the host's question was answered", () => {
    const count = new HeldCount();
    count.asked();
    count.held(1);
    expect(count.covers).toBe(false);
    count.gave(true);
    expect(count.covers).toBe(false);
    count.held(2);
    expect(count.covers).toBe(true);
  });

  it("takes the claim back with each frame that has content, until that frame is held", () => {
    const count = answered();
    count.gave(false);
    count.gave(false);
    expect(count.covers).toBe(false);
    count.held(2);
    expect(count.covers).toBe(false);
    count.held(3);
    expect(count.covers).toBe(true);
  });

  it("keeps the claim when we only ask", () => {
    const count = answered();
    count.asked();
    expect(count.covers).toBe(true);
  });

  it("takes the claim back when the host gives something, until a frame sent after it is held", () => {
    const count = answered();
    count.received();
    expect(count.covers).toBe(false);
    expect(count.wantsProbe).toBe(true);
    count.held(1);
    expect(count.covers).toBe(false);
    count.probed();
    expect(count.wantsProbe).toBe(false);
    count.held(2);
    expect(count.covers).toBe(true);
  });

  it("does not believe a host that holds more than was sent, or that goes back", () => {
    const count = answered();
    count.gave(false);
    count.held(99);
    expect(count.covers).toBe(false);
    count.held(2);
    count.held(1);
    expect(count.covers).toBe(true);
  });
});

/** The host asked, was answered with frame 1, and holds it. */
function answered(): HeldCount {
  const count = new HeldCount();
  count.gave(true);
  count.held(1);
  return count;
}
