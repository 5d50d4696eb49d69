import type { CellId } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { CellProgram } from "../ports/Kernel.ts";
import type { CellSyntaxError, CompiledCell } from "./CompiledCell.ts";
import { isSameTable } from "./sql/SqlNames.ts";

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
 * may define itself it reads from above only: two cells of the kind "if …: x = 1" do not need one another. A table of SQL
 * that no variable is called like is the one variable called so but for its capitals.
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

const NOTHING = { defines: [], inputs: [], globals: [], fallbacks: [], tables: [] };
export const namesOf = ({ compiled }: CompiledSource): Pick<CompiledCell, keyof typeof NOTHING> =>
  compiled.ok ? compiled.value : NOTHING;

/** Binds one cell, which stands at `index`. */
export function bindCell(
  cell: CompiledSource,
  index: number,
  cells: readonly CompiledSource[],
  definers: Definers,
): FlowCell {
  const { id, source, compiled } = cell;
  const names = namesOf(cell);
  const inputs = new Map<string, CellId>();
  let unresolved: Map<string, readonly CellId[]> | undefined;
  const bind = (name: string, definer: number | undefined): boolean => {
    const bound = definer === undefined ? undefined : cells[definer]?.id;
    if (bound !== undefined) inputs.set(name, bound);
    return bound !== undefined;
  };
  for (const written of names.inputs) {
    const name = names.tables?.includes(written) === true ? variableOf(written, definers) : written;
    const places = definers.get(name) ?? NOWHERE;
    if (bind(name, definerOf(places, index))) continue;
    const others = places.filter((other) => other !== index).flatMap((other) => cells[other]?.id ?? []);
    (unresolved ??= new Map()).set(name, others);
  }
  // A name every kernel gives is not missing.
  for (const name of names.globals) bind(name, definerOf(definers.get(name) ?? NOWHERE, index));
  for (const name of names.fallbacks) bind(name, lastBefore(definers.get(name) ?? NOWHERE, index));
  return { id, source, compiled, inputs, unresolved: unresolved ?? NONE_UNRESOLVED };
}

/** The variable that a table of SQL is. Of several that differ in capitals alone none can be meant. */
function variableOf(table: string, definers: Definers): string {
  if (definers.has(table)) return table;
  const [found, ...more] = [...definers.keys()].filter((name) => isSameTable(name, table));
  return found === undefined || more.length > 0 ? table : found;
}

const NONE_UNRESOLVED: FlowCell["unresolved"] = new Map();
const NOWHERE: readonly number[] = [];

/** The nearest of `places` above `index`, else the only one below. */
function definerOf(places: readonly number[], index: number): number | undefined {
  const above = lastBefore(places, index);
  if (above !== undefined || places.length === 0) return above;
  const [below, ...more] = places.filter((other) => other !== index);
  return more.length === 0 ? below : undefined;
}

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
