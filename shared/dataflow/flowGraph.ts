// The graph of a notebook: an edge from each cell to the cells whose definitions it reads.

import type { CellId } from "../base/ids.ts";
import type { FlowCell, NotebookFlow } from "./resolveInputs.ts";

/** Worked out once for each binding: everything here asks for it again and again. */
const needs = new WeakMap<FlowCell["inputs"], ReadonlySet<CellId>>();
const NONE: ReadonlySet<CellId> = new Set();

/** The cells `cell` reads from directly. */
export function directNeeds(flow: NotebookFlow, cell: CellId): ReadonlySet<CellId> {
  const inputs = flow.get(cell)?.inputs;
  if (inputs === undefined || inputs.size === 0) return NONE;
  let known = needs.get(inputs);
  if (known === undefined) needs.set(inputs, (known = new Set(inputs.values())));
  return known;
}

/** What follows from the edges alone, worked out when first asked for. */
interface GraphFacts {
  readsBelow?: boolean;
  cycles?: ReadonlyMap<CellId, readonly CellId[]>;
  order?: readonly CellId[];
  readers?: ReadonlyMap<CellId, readonly CellId[]>;
}
const facts = new WeakMap<NotebookFlow, GraphFacts>();

function factsOf(flow: NotebookFlow): GraphFacts {
  let known = facts.get(flow);
  if (known === undefined) facts.set(flow, (known = {}));
  return known;
}

/** Says that `flow` has the cells of `before`, in the same order, each reading from the same ones. */
export function hasGraphOf(flow: NotebookFlow, before: NotebookFlow): void {
  facts.set(flow, factsOf(before));
}

/** False for most notebooks: then no cells need one another in a circle, and each stands after those it needs. */
const readsBelow = (flow: NotebookFlow): boolean => (factsOf(flow).readsBelow ??= findReadBelow(flow));

function findReadBelow(flow: NotebookFlow): boolean {
  const above = new Set<CellId>();
  for (const { id, inputs } of flow.values()) {
    for (const needed of inputs.values()) if (!above.has(needed)) return true;
    above.add(id);
  }
  return false;
}

/** All cells, so that each stands after those it needs (see `inOrderOfNeed`). */
export const allInOrderOfNeed = (flow: NotebookFlow): readonly CellId[] =>
  (factsOf(flow).order ??= readsBelow(flow) ? inOrderOfNeed(flow, new Set(flow.keys())) : [...flow.keys()]);

/** Each cell that is read → the cells that read from it directly, in notebook order. */
export const readersOf = (flow: NotebookFlow): ReadonlyMap<CellId, readonly CellId[]> =>
  (factsOf(flow).readers ??= findReaders(flow));

function findReaders(flow: NotebookFlow): ReadonlyMap<CellId, readonly CellId[]> {
  const readers = new Map<CellId, CellId[]>();
  for (const { id, inputs } of flow.values()) {
    for (const definer of inputs.values()) {
      const known = readers.get(definer);
      if (known === undefined) readers.set(definer, [id]);
      // Several names may be read from one cell.
      else if (known.at(-1) !== id) known.push(id);
    }
  }
  return readers;
}

/** All cells `cell` needs, directly or not; with itself only if it needs itself through others. */
export function allNeeds(flow: NotebookFlow, cell: CellId): ReadonlySet<CellId> {
  return reach([cell], (at) => directNeeds(flow, at));
}

/** All cells that need one of `cells`, directly or not. */
export function dependents(flow: NotebookFlow, cells: Iterable<CellId>): ReadonlySet<CellId> {
  const readers = readersOf(flow);
  return reach(cells, (at) => readers.get(at) ?? []);
}

function reach(from: Iterable<CellId>, next: (cell: CellId) => Iterable<CellId>): ReadonlySet<CellId> {
  const found = new Set<CellId>();
  const open = [...from].flatMap((cell) => [...next(cell)]);
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    if (found.has(cell)) continue;
    found.add(cell);
    open.push(...next(cell));
  }
  return found;
}

/** Each cell → all cells of its connected component, in notebook order, as one set for all of them. */
export function components(flow: NotebookFlow): ReadonlyMap<CellId, ReadonlySet<CellId>> {
  const found = new Map<CellId, Set<CellId>>();
  for (const [cell, root] of roots(flow)) {
    const component = found.get(root) ?? new Set();
    found.set(cell, component.add(cell));
  }
  return found;
}

/** Each cell → the first cell of its connected component. */
function roots(flow: NotebookFlow): ReadonlyMap<CellId, CellId> {
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

/** Cells that need one another in a circle → all cells of their circle, in notebook order. None can be executed. */
export const cycles = (flow: NotebookFlow): ReadonlyMap<CellId, readonly CellId[]> =>
  (factsOf(flow).cycles ??= readsBelow(flow) ? findCycles(flow) : NO_CYCLES);

const NO_CYCLES: ReadonlyMap<CellId, readonly CellId[]> = new Map();

function findCycles(flow: NotebookFlow): ReadonlyMap<CellId, readonly CellId[]> {
  const left = cellsAroundCycles(flow);
  const found = new Map<CellId, readonly CellId[]>();
  for (const cell of left) {
    const needed = allNeeds(flow, cell);
    if (!needed.has(cell)) continue;
    found.set(
      cell,
      [...left].filter((other) => needed.has(other) && allNeeds(flow, other).has(cell)),
    );
  }
  return found;
}

/** Takes away, again and again, the cells that need none of the rest: nothing is left of a notebook without circles. */
function cellsAroundCycles(flow: NotebookFlow): ReadonlySet<CellId> {
  const left = new Set(flow.keys());
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const cell of left) {
      if (!hasAny(left, directNeeds(flow, cell))) left.delete(cell);
    }
  }
  return left;
}

function hasAny(cells: ReadonlySet<CellId>, wanted: ReadonlySet<CellId>): boolean {
  for (const cell of wanted) if (cells.has(cell)) return true;
  return false;
}

/** `cells` so that each stands after those it needs, and otherwise in notebook order. Circles keep notebook order. */
export function inOrderOfNeed(flow: NotebookFlow, cells: ReadonlySet<CellId>): readonly CellId[] {
  const place = new Map([...flow.keys()].map((cell, index) => [cell, index]));
  const ordered: CellId[] = [];
  const visited = new Set<CellId>();
  const visit = (cell: CellId): void => {
    if (visited.has(cell)) return;
    visited.add(cell);
    const needed = directNeeds(flow, cell);
    if (needed.size > 0) {
      const sorted = [...needed].sort((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0));
      for (const other of sorted) visit(other);
    }
    if (cells.has(cell)) ordered.push(cell);
  };
  for (const cell of flow.keys()) if (cells.has(cell)) visit(cell);
  return ordered;
}
