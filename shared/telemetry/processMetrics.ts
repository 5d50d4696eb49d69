import { metric, type Metric } from "./exposition.ts";

/** What Node tells of a process. Sizes in bytes, times in seconds, delays in nanoseconds as `perf_hooks` gives them. */
export interface ProcessFacts {
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number };
  readonly cpuSeconds: number;
  /** Unix time. */
  readonly startedAt: number;
  /** Of the event loop since it was last asked. NaN before the first measure. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** What Node gives to measure a process with: `process`, and `monitorEventLoopDelay({ resolution: LOOP_RESOLUTION })`. */
export interface ProcessProbe {
  readonly process: {
    uptime(): number;
    cpuUsage(): { readonly user: number; readonly system: number };
    memoryUsage(): ProcessFacts["memory"];
  };
  readonly loop: { readonly max: number; enable(): void; percentile(share: number): number; reset(): void };
}

/** Milliseconds between two looks at the event loop: a timer, and nothing to be felt. */
export const LOOP_RESOLUTION = 20;
const NANOSECONDS = 1e9;
const RESOLUTION_NANOSECONDS = LOOP_RESOLUTION * 1e6;

/** Begins to measure a process; what it returns tells of it, and of delays since it was last called. */
export function measureProcess({ process, loop }: ProcessProbe): () => readonly Metric[] {
  loop.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  return () => {
    const { user, system } = process.cpuUsage();
    const delay = { p50: late(loop.percentile(50)), p99: late(loop.percentile(99)), max: late(loop.max) };
    loop.reset();
    return processMetrics({ memory: process.memoryUsage(), cpuSeconds: (user + system) / 1e6, startedAt, delay });
  };
}

/** Node tells the time from one look to the next: of that, what was not meant to be. */
const late = (between: number): number => Math.max(0, between - RESOLUTION_NANOSECONDS);

/** Under the names that Prometheus's own clients use, so that boards made for those show them. */
export function processMetrics({ memory, cpuSeconds, startedAt, delay }: ProcessFacts): readonly Metric[] {
  const lag = (name: string, help: string, value: number): Metric =>
    metric("gauge", `nodejs_eventloop_lag_${name}_seconds`, help, value / NANOSECONDS);
  return [
    metric("gauge", "process_resident_memory_bytes", "Resident memory.", memory.rss),
    metric("counter", "process_cpu_seconds_total", "Processor time, user and system.", cpuSeconds),
    metric("gauge", "process_start_time_seconds", "When the process started, in Unix time.", startedAt),
    metric("gauge", "nodejs_heap_size_used_bytes", "Heap of JavaScript in use.", memory.heapUsed),
    metric("gauge", "nodejs_external_memory_bytes", "Memory of buffers outside of the heap.", memory.external),
    lag("p50", "Median delay of the event loop since the last scrape.", delay.p50),
    lag("p99", "99th percentile of the event loop's delay since the last scrape.", delay.p99),
    lag("max", "Longest delay of the event loop since the last scrape.", delay.max),
  ];
}
