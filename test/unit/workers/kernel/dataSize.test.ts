import { describe, expect, it } from "vitest";
import { dataSize } from "../../../../workers/kernel/dataSize.ts";

describe("dataSize", () => {
  it("counts texts, bytes, and what is in lists and objects", () => {
    expect(dataSize("text")).toBe(4);
    expect(dataSize(new Float64Array(10))).toBe(80);
    expect(dataSize(new ArrayBuffer(3))).toBe(3);
    expect(dataSize([1, 2, 3])).toBe(48);
    expect(dataSize({ name: "Ana" })).toBe(15);
    expect(dataSize(new Map([["a", new Uint8Array(100)]]))).toBeGreaterThan(100);
  });

  it("is about right for a long table of which it looks at a sample", () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => ({ id: at, text: at < 1_000 ? "" : "x".repeat(100) }));
    const size = dataSize(rows);
    expect(size).toBeGreaterThan(20_000_000);
    expect(size).toBeLessThan(40_000_000);
  });

  it("ends for what contains itself, and executes nothing", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    Object.defineProperty(circle, "trap", { enumerable: true, get: () => expect.unreachable() });
    expect(dataSize(circle)).toBeGreaterThan(0);
  });
});
