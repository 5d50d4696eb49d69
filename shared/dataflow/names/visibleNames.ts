import type { CellId } from "../../base/ids.ts";
import type { NotebookFlow } from "../resolveInputs.ts";

/**
 * The names that a cell could read from others → the cell that it would read each from: the nearest above that defines it,
 * else the only one below, as `resolveInputs` binds them. Also for a cell that cannot be read at the moment.
 */
export function visibleNames(flow: NotebookFlow, cell: CellId): ReadonlyMap<string, CellId> {
  const found = new Map<string, CellId>();
  const below = new Map<string, CellId | undefined>();
  let passed = false;
  for (const { id, compiled } of flow.values()) {
    if (id === cell) passed = true;
    if (id === cell || !compiled.ok) continue;
    for (const name of compiled.value.defines) {
      if (!passed) found.set(name, id);
      else below.set(name, below.has(name) ? undefined : id);
    }
  }
  for (const [name, definer] of below) if (definer !== undefined && !found.has(name)) found.set(name, definer);
  return found;
}

/** The cells that read `name` from `definer`, in order. */
export function readersOf(flow: NotebookFlow, definer: CellId, name: string): readonly CellId[] {
  return [...flow.values()].filter(({ inputs }) => inputs.get(name) === definer).map(({ id }) => id);
}
