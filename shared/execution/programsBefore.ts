import type { CellId } from "../base/ids.ts";
import { directNeeds, inOrderOfNeed } from "../dataflow/flowGraph.ts";
import { programOf, type NotebookFlow } from "../dataflow/resolveInputs.ts";
import type { CellProgram } from "../ports/Kernel.ts";

/**
 * What a kernel must execute, unheard, before `cell`: the cells it needs whose values are not there, and what those
 * need, in order. `isThere`: the kernel holds the cell's value of its last run.
 */
export function programsBefore(
  flow: NotebookFlow,
  cell: CellId,
  isThere: (cell: CellId) => boolean,
): readonly CellProgram[] {
  const missing = new Set<CellId>();
  const open = [...directNeeds(flow, cell)];
  for (let needed = open.pop(); needed !== undefined; needed = open.pop()) {
    if (missing.has(needed) || needed === cell || isThere(needed)) continue;
    missing.add(needed);
    open.push(...directNeeds(flow, needed));
  }
  return inOrderOfNeed(flow, missing).flatMap((needed) => {
    const found = flow.get(needed);
    return (found && programOf(found)) ?? [];
  });
}
