// Between a kernel's user (the page, or the trusted half of an agent's slot) and the worker that evaluates cells.
// The worker runs strangers' code: everything that comes back is parsed like a message from the network.

import type { CellId, RunId } from "../base/ids.ts";
import type { CellProgram } from "../ports/Kernel.ts";

/** Exposed by a kernel worker through comlink. */
export interface KernelWorkerApi {
  /** Executes `program` after those of `before`. Calls of `onEvents` come before the promise resolves. */
  execute(
    run: RunId,
    program: CellProgram,
    before: readonly CellProgram[],
    onEvents: (events: readonly unknown[]) => void,
  ): Promise<unknown>;
}

/** What the worker means to send as an event: an nbformat output. Parsed with `parseOutput` on arrival. */
export interface KernelWorkerEnd {
  readonly status: "ok" | "error";
  readonly cell: CellId;
  readonly line?: number;
  readonly column?: number;
}
