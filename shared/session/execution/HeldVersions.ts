import type { CellId, RunId } from "../../base/ids.ts";
import type { Runs } from "../../notebook/runRecord.ts";
import type { Kernel } from "../../ports/Kernel.ts";

/** Which run of a cell each kernel holds the values of: they are of use only while it is the cell's last run. */
export class HeldVersions {
  readonly #versions = new WeakMap<Kernel, Map<CellId, RunId>>();

  /** True if `kernel` holds what `run`, the last run of `cell`, defined. */
  isThere(kernel: Kernel, cell: CellId, run: RunId | undefined): boolean {
    return run !== undefined && kernel.holds().has(cell) && this.#versions.get(kernel)?.get(cell) === run;
  }

  /** Cells of which one of `kernels` holds what their last run defined. */
  held(kernels: readonly Kernel[], runs: Runs): ReadonlySet<CellId> {
    const held = new Set<CellId>();
    for (const kernel of kernels) {
      for (const cell of kernel.holds()) if (this.isThere(kernel, cell, runs.get(cell)?.run)) held.add(cell);
    }
    return held;
  }

  /** Notes what `kernel` has executed. Making values again unheard gives those of the run that is made again. */
  note(kernel: Kernel, executed: ReadonlyMap<CellId, RunId>): void {
    const versions = this.#versions.get(kernel) ?? new Map<CellId, RunId>();
    this.#versions.set(kernel, versions);
    const held = kernel.holds();
    for (const [cell, run] of executed) if (held.has(cell)) versions.set(cell, run);
  }
}
