import type { CellId } from "../../base/ids.ts";
import type { FlowCell, NotebookFlow } from "../resolveInputs.ts";

/**
 * The cells that a variable has in common, in notebook order: the cell that defines what `cell` names, all that read that
 * definition, and so on through cells that both read the name and define it anew (`x = x + 1`), where one text stands for
 * both. Empty if no cell defines the name.
 */
export function renamedCells(flow: NotebookFlow, cell: CellId, name: string): readonly CellId[] {
  const found = new Set<CellId>();
  const open: CellId[] = [];
  const asked = flow.get(cell);
  if (asked === undefined) return [];
  if (defines(asked, name) || asked.inputs.has(name)) open.push(cell);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const here = flow.get(at);
    if (here === undefined || found.has(at)) continue;
    found.add(at);
    const definer = here.inputs.get(name);
    if (definer !== undefined) open.push(definer);
    if (!defines(here, name)) continue;
    for (const { id, inputs } of flow.values()) if (inputs.get(name) === at) open.push(id);
  }
  return [...flow.keys()].filter((id) => found.has(id));
}

export const defines = ({ compiled }: FlowCell, name: string): boolean =>
  compiled.ok && compiled.value.defines.includes(name);
