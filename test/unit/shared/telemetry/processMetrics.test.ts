import { describe, expect, it } from "vitest";
import { LOOP_RESOLUTION, measureProcess } from "#shared/telemetry/processMetrics.ts";

/** Seconds that a process tells whose event loop was looked at each time after so many milliseconds. */
function lagAfter(milliseconds: number): readonly number[] {
  const between = milliseconds * 1e6;
  const loop = { max: between, enable: () => undefined, reset: () => undefined, percentile: () => between };
  const lag = measureProcess({ process, loop })().filter(({ name }) => name.startsWith("nodejs_eventloop_lag"));
  return lag.flatMap(({ samples }) => samples.map(({ value }) => value));
}

describe("the event loop's delay", () => {
  it("is none where the loop comes when it should, and what is more than that where it is late", () => {
    expect(lagAfter(LOOP_RESOLUTION)).toEqual([0, 0, 0]);
    expect(lagAfter(LOOP_RESOLUTION + 300)).toEqual([0.3, 0.3, 0.3]);
  });
});
