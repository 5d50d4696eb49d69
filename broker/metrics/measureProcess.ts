import { monitorEventLoopDelay } from "node:perf_hooks";
import { processMetrics } from "#shared/telemetry/processMetrics.ts";
import type { Metric } from "#shared/telemetry/exposition.ts";

/** Milliseconds between two looks at the event loop: a timer, and nothing to be felt. */
const RESOLUTION = 20;

/** Begins to measure this process; what it returns tells of it, and of delays since it was last called. */
export function measureProcess(): () => readonly Metric[] {
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION });
  loop.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  return () => {
    const { user, system } = process.cpuUsage();
    const delay = { p50: loop.percentile(50), p99: loop.percentile(99), max: loop.max };
    loop.reset();
    return processMetrics({ memory: process.memoryUsage(), cpuSeconds: (user + system) / 1e6, startedAt, delay });
  };
}
