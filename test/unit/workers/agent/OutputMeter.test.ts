import { describe, expect, it } from "vitest";
import { OUTPUT_LIMIT } from "#shared/ports/Kernel.ts";
import { OutputMeter } from "../../../../workers/agent/OutputMeter.ts";

const stream = (length: number) => ({ output_type: "stream", name: "stdout", text: "x".repeat(length) }) as const;

describe("OutputMeter", () => {
  it("admits all that a sound slot may send, and stops one that sends far more", () => {
    const meter = new OutputMeter();
    expect(meter.admit(stream(OUTPUT_LIMIT))).toBe(true);
    expect(meter.admit(stream(OUTPUT_LIMIT))).toBe(true);
    expect(meter.admit(stream(1))).toBe(false);
  });

  it("stops a flood of empty outputs", () => {
    const meter = new OutputMeter();
    let count = 0;
    while (meter.admit(stream(0))) count += 1;
    expect(count).toBeLessThan(1_000_000);
  });
});
