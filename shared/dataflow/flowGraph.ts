// The graph of a notebook: an edge from each cell to the cells whose definitions it reads.

import type { CellId } from "../base/ids.ts";
import type { NotebookFlow } from "./resolveInputs.ts";

/** The cells `cell` reads from directly. */
export function directNeeds(flow: NotebookFlow, cell: CellId): ReadonlySet<CellId> {
  return new Set(flow.get(cell)?.inputs.values());
}

/** All cells `cell` needs, directly or not; with itself only if it needs itself through others. */
export function allNeeds(flow: NotebookFlow, cell: CellId): ReadonlySet<CellId> {
  return reach(cell, (at) => directNeeds(flow, at));
}

/** All cells that need `cell`, directly or not. */
export function dependents(flow: NotebookFlow, cell: CellId): ReadonlySet<CellId> {
  const readers = new Map<CellId, CellId[]>();
  for (const { id, inputs } of flow.values()) {
    for (const needed of new Set(inputs.values())) readers.set(needed, [...(readers.get(needed) ?? []), id]);
  }
  return reach(cell, (at) => readers.get(at) ?? []);
}

function reach(from: CellId, next: (cell: CellId) => Iterable<CellId>): ReadonlySet<CellId> {
  const found = new Set<CellId>();
  const open = [...next(from)];
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    if (found.has(cell)) continue;
    found.add(cell);
    open.push(...next(cell));
  }
  return found;
}

/** Each cell → the name of its connected component, which is the first cell of it. */
export function components(flow: NotebookFlow): ReadonlyMap<CellId, CellId> {
  const parent = new Map<CellId, CellId>();
  const rootOf = (cell: CellId): CellId => {
    let root = cell;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    // Paths are shortened, so that a long chain of cells costs little.
    for (let at = cell, up = parent.get(at); up !== undefined && at !== root; at = up, up = parent.get(at)) {
      parent.set(at, root);
    }
    return root;
  };
  const place = new Map([...flow.keys()].map((cell, index) => [cell, index]));
  for (const { id, inputs } of flow.values()) {
    for (const needed of inputs.values()) {
      const [one, other] = [rootOf(id), rootOf(needed)];
      if (one === other) continue;
      const oneIsFirst = (place.get(one) ?? 0) < (place.get(other) ?? 0);
      parent.set(oneIsFirst ? other : one, oneIsFirst ? one : other);
    }
  }
  return new Map([...flow.keys()].map((cell) => [cell, rootOf(cell)]));
}

/** Cells that need one another in a circle, in notebook order; none of them can be executed. */
export function cycleOf(flow: NotebookFlow, cell: CellId): readonly CellId[] {
  const needed = allNeeds(flow, cell);
  if (!needed.has(cell)) return [];
  return [...flow.keys()].filter((other) => needed.has(other) && (other === cell || allNeeds(flow, other).has(cell)));
}

/** `cells` so that each stands after those it needs, and otherwise in notebook order. Circles keep notebook order. */
export function inOrderOfNeed(flow: NotebookFlow, cells: ReadonlySet<CellId>): readonly CellId[] {
  const ordered = new Set<CellId>();
  const visiting = new Set<CellId>();
  const visit = (cell: CellId): void => {
    if (ordered.has(cell) || visiting.has(cell)) return;
    visiting.add(cell);
    const needed = directNeeds(flow, cell);
    for (const other of flow.keys()) if (needed.has(other)) visit(other);
    visiting.delete(cell);
    if (cells.has(cell)) ordered.add(cell);
  };
  for (const cell of flow.keys()) if (cells.has(cell)) visit(cell);
  return [...ordered];
}
