import { hasGraphOf } from "./flowGraph.ts";
import { isSameTable } from "./sql/SqlNames.ts";
import {
  bindCell,
  definersOf,
  namesOf,
  type CompiledSource,
  type Definers,
  type FlowCell,
  type NotebookFlow,
} from "./resolveInputs.ts";

/**
 * Binds the cells of a notebook again and again, as `resolveInputs` does. While the same cells stand in the same order, only
 * those that a change concerns are bound anew: the changed ones, and those that read a name that is now defined elsewhere.
 */
export class FlowResolver {
  #cells: readonly CompiledSource[] = [];
  #flow: NotebookFlow = new Map();
  /** Of `#cells`; made again only when a name is defined elsewhere than before. */
  #definers: Definers = new Map();

  /** The same object as before, if nothing changed. */
  resolve(cells: readonly CompiledSource[]): NotebookFlow {
    const changed = changedBetween(this.#cells, cells);
    if (changed?.size === 0) return this.#flow;
    const moved = changed && movedNames(changed, this.#cells, cells);
    this.#cells = cells;
    if (moved === undefined || moved.size > 0) this.#definers = definersOf(cells);
    this.#flow = this.#bind(cells, changed && concerned(changed, moved ?? NO_NAMES, cells));
    return this.#flow;
  }

  /** `concerns`: whether a cell is to be bound anew; undefined: all are. */
  #bind(cells: readonly CompiledSource[], concerns: ((index: number) => boolean) | undefined): NotebookFlow {
    const before = this.#flow;
    const flow = new Map<FlowCell["id"], FlowCell>();
    let sameGraph = concerns !== undefined;
    for (const [index, cell] of cells.entries()) {
      const known = before.get(cell.id);
      if (known !== undefined && concerns?.(index) === false) {
        flow.set(cell.id, known);
        continue;
      }
      const bound = bindCell(cell, index, cells, this.#definers);
      const sameInputs = known !== undefined && isSame(known.inputs, bound.inputs);
      sameGraph &&= sameInputs;
      flow.set(cell.id, sameInputs ? { ...bound, inputs: known.inputs } : bound);
    }
    if (sameGraph) hasGraphOf(flow, before);
    return flow;
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

function isSame(one: FlowCell["inputs"], other: FlowCell["inputs"]): boolean {
  if (one.size !== other.size) return false;
  for (const [name, cell] of one) if (other.get(name) !== cell) return false;
  return true;
}

/** Places of the cells that are not as before; undefined if there are others, or in another order. */
function changedBetween(
  before: readonly CompiledSource[],
  after: readonly CompiledSource[],
): ReadonlySet<number> | undefined {
  if (before.length !== after.length) return undefined;
  const changed = new Set<number>();
  for (const [index, cell] of after.entries()) {
    const old = before[index];
    if (old?.id !== cell.id) return undefined;
    if (old.compiled !== cell.compiled || old.source !== cell.source) changed.add(index);
  }
  return changed;
}

/** Names that the changed cells define now and did not, or the other way round. */
function movedNames(
  changed: ReadonlySet<number>,
  before: readonly CompiledSource[],
  after: readonly CompiledSource[],
): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const index of changed) {
    const [old, now] = [defines(before[index]), defines(after[index])];
    for (const name of [...old, ...now]) if (!old.has(name) || !now.has(name)) moved.add(name);
  }
  return moved;
}

const concerned =
  (changed: ReadonlySet<number>, moved: ReadonlySet<string>, cells: readonly CompiledSource[]) =>
  (index: number): boolean =>
    changed.has(index) || (moved.size > 0 && usesAny(cells[index], moved));

const defines = (cell: CompiledSource | undefined): ReadonlySet<string> =>
  new Set(cell === undefined ? [] : namesOf(cell).defines);

function usesAny(cell: CompiledSource | undefined, names: ReadonlySet<string>): boolean {
  if (cell === undefined) return false;
  const { inputs, globals, fallbacks, tables = [] } = namesOf(cell);
  const isUsed = [inputs, globals, fallbacks].some((used) => used.some((name) => names.has(name)));
  return isUsed || tables.some((table) => [...names].some((name) => isSameTable(name, table)));
}
