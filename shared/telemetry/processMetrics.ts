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

const NANOSECONDS = 1e9;

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
