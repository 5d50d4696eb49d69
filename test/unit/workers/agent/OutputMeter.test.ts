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

  it("counts what stands in outputs of all kinds", () => {
    const half = OUTPUT_LIMIT + 1;
    const data = { "image/png": "x".repeat(half / 2), "application/json": { deep: ["x".repeat(half / 2)] } };
    const shown = { output_type: "display_data", data, metadata: {} } as const;
    const error = { output_type: "error", ename: "E", evalue: "x".repeat(half), traceback: [] } as const;
    for (const output of [shown, error]) {
      const meter = new OutputMeter();
      expect([meter.admit(output), meter.admit(output)]).toEqual([true, false]);
    }
  });

  it("stops a flood of empty outputs", () => {
    const meter = new OutputMeter();
    let count = 0;
    while (meter.admit(stream(0))) count += 1;
    expect(count).toBeLessThan(1_000_000);
  });
});
