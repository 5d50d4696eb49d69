// Runs in the browser: gives tests in Node the kernels of a real runner frame, by functions on `window`.

import { systemClock } from "#shared/adapters/systemClock.ts";
import type { RunId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Kernel, KernelEnd, KernelRequest, KernelWait, ValueFacts, ValueQuestion } from "#shared/ports/Kernel.ts";
import { poolMakespan, type PoolLoad } from "./poolMakespan.ts";
import { createPythonLoader } from "../../renderer/adapters/runner/loadPython.ts";
import { createLateLoaders } from "../../renderer/adapters/runner/loadLate.ts";
import { RunnerFrame } from "../../renderer/adapters/runner/RunnerFrame.ts";

export interface KernelPage {
  start(): Promise<string>;
  /** Outputs go to the binding `kernelOutput(key, output)` as they come. */
  execute(kernel: string, key: string, request: KernelRequest): Promise<PageEnd>;
  abort(key: string): void;
  close(kernel: string): void;
  inspect(kernel: string, question: ValueQuestion): Promise<readonly (ValueFacts | undefined)[] | undefined>;
  holds(kernel: string): readonly string[];
  /** Answers the question of a run. */
  answer(kernel: string, run: string, text: string): void;
  /** Outputs that came after the end of their run. */
  late(kernel: string): readonly CellOutput[];
  /** Longest gap between two timers of the page since the last call, in milliseconds. */
  longestGap(): number;
  /** Starts a kernel in a frame of this address, on a clock ten times as fast: the message of the failure. */
  startAt(url: string): Promise<string>;
  /** A cell in Python in a new frame, as of another notebook: milliseconds from a kernel that runs to the cell's end. */
  pythonStart(request: KernelRequest): Promise<number>;
  /** See `poolMakespan`. */
  makespan(load: PoolLoad): Promise<number>;
  /** Round trips of one request, in milliseconds. */
  measure(kernel: string, request: KernelRequest, times: number): Promise<readonly number[]>;
}
export interface PageEnd {
  readonly end?: KernelEnd;
  readonly lost?: string;
}

declare const kernelOutput: (key: string, output: CellOutput) => Promise<void>;
declare const kernelWait: (run: string, wait: KernelWait | undefined) => Promise<void>;

const loaders = { loadPython: createPythonLoader(), ...createLateLoaders() };
const frame = new RunnerFrame({ clock: systemClock, ...loaders });
const kernels = new Map<string, Kernel>();
const stops = new Map<string, AbortController>();
const lateOutputs = new Map<string, CellOutput[]>();
const kernelOf = (id: string): Kernel => {
  const kernel = kernels.get(id);
  if (!kernel) throw new Error(`no kernel ${id}`);
  return kernel;
};

let gap = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  gap = Math.max(gap, now - last);
  last = now;
}, 1);

const lab: KernelPage = {
  start: async () => {
    const kernel = await frame.start();
    kernels.set(kernel.id, kernel);
    lateOutputs.set(kernel.id, []);
    kernel.onWait?.((run, wait) => void kernelWait(run, wait));
    kernel.onLate?.((_run, output) => lateOutputs.get(kernel.id)?.push(output));
    return kernel.id;
  },
  execute: async (id, key, request) => {
    const stop = new AbortController();
    stops.set(key, stop);
    try {
      return { end: await kernelOf(id).execute(request, (output) => void kernelOutput(key, output), stop.signal) };
    } catch (error) {
      return { lost: error instanceof Error ? error.name : String(error) };
    } finally {
      stops.delete(key);
    }
  },
  abort: (key) => stops.get(key)?.abort(),
  close: (id) => kernelOf(id).close(),
  inspect: async (id, question) => kernelOf(id).inspect?.(question),
  answer: (id, run, text) => kernelOf(id).answer?.(run as RunId, text),
  holds: (id) => [...kernelOf(id).holds()],
  late: (id) => lateOutputs.get(id) ?? [],
  longestGap: () => {
    const longest = gap;
    gap = 0;
    return longest;
  },
  startAt: async (url) => {
    const hasty: Clock = { ...systemClock, after: (delay, callback) => systemClock.after(ms(delay / 10), callback) };
    const other = new RunnerFrame({ clock: hasty, url, ...loaders });
    try {
      await other.start();
      return "started";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      other.close();
    }
  },
  pythonStart: async (request) => {
    const other = new RunnerFrame({ clock: systemClock, ...loaders });
    const kernel = await other.start();
    const start = performance.now();
    await kernel.execute(request, () => undefined, new AbortController().signal);
    const duration = performance.now() - start;
    other.close();
    return duration;
  },
  makespan: (load) => poolMakespan(frame.start, load),
  measure: async (id, request, times) => {
    const kernel = kernelOf(id);
    const durations: number[] = [];
    for (let at = 0; at < times; at++) {
      const start = performance.now();
      await kernel.execute(request, () => undefined, new AbortController().signal);
      durations.push(performance.now() - start);
    }
    return durations;
  },
};
Object.assign(window, { lab });
