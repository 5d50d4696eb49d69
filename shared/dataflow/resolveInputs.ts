import type { CellId } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { CellProgram } from "../ports/Kernel.ts";
import type { CellSyntaxError, CompiledCell } from "./CompiledCell.ts";

/** A code cell, read. */
export interface CompiledSource {
  readonly id: CellId;
  readonly source: string;
  readonly compiled: Result<CompiledCell, CellSyntaxError>;
}

/** A code cell with what it reads bound to the cells it is read from. */
export interface FlowCell extends CompiledSource {
  /** Name → cell whose definition the cell reads. */
  readonly inputs: ReadonlyMap<string, CellId>;
  /**
   * Names the cell reads that are bound to no cell → the cells below that define them: several, so that none can be
   * meant, or none at all. Such a name is a ReferenceError when it is reached.
   */
  readonly unresolved: ReadonlyMap<string, readonly CellId[]>;
}

/** The cells of a notebook, in order, with their bindings. */
export type NotebookFlow = ReadonlyMap<CellId, FlowCell>;

/**
 * Binds what each cell reads: to the nearest cell above that defines the name, else to the only one below. So a notebook
 * that reuses names means what running it from top to bottom means. A cell's own definition is not its input. What a cell
 * may define itself it reads from above only: two cells of the kind "if …: x = 1" do not need one another.
 */
export function resolveInputs(cells: readonly CompiledSource[]): NotebookFlow {
  const definers = definersOf(cells);
  const flow = new Map<CellId, FlowCell>();
  for (const [index, cell] of cells.entries()) flow.set(cell.id, bindCell(cell, index, cells, definers));
  return flow;
}

/** Name → places of the cells that define it, in order. */
export type Definers = ReadonlyMap<string, readonly number[]>;

export function definersOf(cells: readonly CompiledSource[]): Definers {
  const definers = new Map<string, number[]>();
  for (const [index, cell] of cells.entries()) {
    for (const name of namesOf(cell).defines) {
      const known = definers.get(name);
      if (known === undefined) definers.set(name, [index]);
      else known.push(index);
    }
  }
  return definers;
}

const NOTHING = { defines: [], inputs: [], globals: [], fallbacks: [] };
export const namesOf = ({ compiled }: CompiledSource): Pick<CompiledCell, keyof typeof NOTHING> =>
  compiled.ok ? compiled.value : NOTHING;

/** Binds one cell, which stands at `index`. */
export function bindCell(
  cell: CompiledSource,
  index: number,
  cells: readonly CompiledSource[],
  definers: Definers,
): FlowCell {
  const inputs = new Map<string, CellId>();
  const unresolved = new Map<string, readonly CellId[]>();
  const names = namesOf(cell);
  for (const name of [...names.inputs, ...names.globals]) {
    const all = definers.get(name) ?? NOWHERE;
    const above = lastBefore(all, index);
    const others = above === undefined ? all.filter((other) => other !== index) : NOWHERE;
    const definer = above ?? (others.length === 1 ? others[0] : undefined);
    const bound = definer === undefined ? undefined : cells[definer]?.id;
    if (bound !== undefined) inputs.set(name, bound);
    // A name every kernel gives is not missing.
    else if (!names.globals.includes(name))
      unresolved.set(
        name,
        others.flatMap((other) => cells[other]?.id ?? []),
      );
  }
  for (const name of names.fallbacks) {
    const above = lastBefore(definers.get(name) ?? NOWHERE, index);
    const bound = above === undefined ? undefined : cells[above]?.id;
    if (bound !== undefined) inputs.set(name, bound);
  }
  return { ...cell, inputs, unresolved };
}

const NOWHERE: readonly number[] = [];

/** The last of `places`, which are in order, that is before `index`. A name like `df` may be defined by every cell. */
function lastBefore(places: readonly number[], index: number): number | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? Infinity) < index) low = middle + 1;
    else high = middle;
  }
  return places[low - 1];
}

/** What a kernel executes for a cell; undefined for a cell that cannot be read. */
export function programOf(cell: FlowCell): CellProgram | undefined {
  if (!cell.compiled.ok) return undefined;
  const { language, code, defines, imports } = cell.compiled.value;
  const inputs = Object.fromEntries(cell.inputs);
  return { cell: cell.id, language, code, defines, inputs, ...(imports !== undefined && { imports }) };
}
