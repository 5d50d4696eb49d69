// Between a page and the worker that evaluates cells. The worker runs strangers' code: everything that comes back is
// parsed like a message from the network. Requests go through comlink; the page never exposes anything to the worker
// (comlink follows any path a caller names, so an exposed callback would hand the page's own prototypes to a cell).

import { CellId, type RunId } from "../base/ids.ts";
import { isRecord, readInteger } from "../base/parse.ts";
import { mib, type Bytes } from "../base/units.ts";
import type { CellProgram, KernelEnd } from "../ports/Kernel.ts";

/** Exposed by a kernel worker through comlink. */
export interface KernelWorkerApi {
  /** Executes `program` after those of `before`. `KernelWorkerEvents` come on the same port before the answer. */
  execute(run: RunId, program: CellProgram, before: readonly CellProgram[]): Promise<unknown>;
}

/** Worker → page, on comlink's port, once: the worker can execute. */
export interface KernelWorkerReady {
  readonly type: "ready";
}

/**
 * Worker → page, on comlink's port: outputs of `run` in order. Those of the running cell come before its answer; what a
 * finished run prints later (a timer) comes at any time.
 */
export interface KernelWorkerEvents {
  readonly type: "events";
  readonly run: RunId;
  /** JSON text of an array of nbformat outputs. Text, so that its size is known and it can hold nothing but JSON. */
  readonly json: string;
}

/** UTF-16 units of one `KernelWorkerEvents.json`: all a run may show, and room for escapes. */
export const EVENTS_LIMIT: Bytes = mib(24);

/** What `execute` means to answer. An `error` was reported as an output before. */
export interface KernelWorkerEnd {
  readonly status: "ok" | "error";
  /** The cell that failed: the requested one, or one of `before`. */
  readonly cell: CellId;
  /** Where in that cell, 1-based, if known. */
  readonly line?: number;
  readonly column?: number;
}

const LARGEST_PLACE = 1_000_000_000;

/** Reads an answer of `execute`; undefined for anything a sound worker does not answer. */
export function parseKernelWorkerEnd(value: unknown): KernelEnd | undefined {
  if (!isRecord(value)) return undefined;
  const cell = CellId.parse(value["cell"]);
  if (cell === undefined) return undefined;
  if (value["status"] === "ok") return { status: "ok" };
  if (value["status"] !== "error") return undefined;
  const line = readInteger(value["line"], 1, LARGEST_PLACE);
  const column = readInteger(value["column"], 1, LARGEST_PLACE);
  return { status: "error", cell, at: line === undefined || column === undefined ? undefined : { line, column } };
}
