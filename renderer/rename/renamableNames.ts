import type { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { isPlaceOf } from "#shared/dataflow/names/NamePlace.ts";
import { namePlaces } from "#shared/dataflow/names/namePlaces.ts";
import type { Cell } from "#shared/notebook/cell.ts";

export interface RenamableNames {
  readonly cell: CellId | undefined;
  /** Variables of the notebook that the cell defines or reads. */
  readonly names: readonly string[];
  /** The one at the caret. */
  readonly at: string | undefined;
}

/** What can be renamed from a cell, and what the caret is on. */
export function renamableNames(
  cells: readonly Cell[],
  id: CellId | undefined,
  caret: number | undefined,
): RenamableNames {
  const cell = cells.find((one) => one.id === id);
  const read = cell && new FlowReader().read(cells).get(cell.id);
  if (cell === undefined || !read?.compiled.ok) return { cell: undefined, names: [], at: undefined };
  const names = [...new Set([...read.compiled.value.defines, ...read.inputs.keys()])];
  const places = namePlaces(cell) ?? [];
  const place = caret === undefined ? undefined : places.find(({ from, to }) => from <= caret && caret <= to);
  return { cell: cell.id, names, at: names.find((name) => place !== undefined && isPlaceOf(place, name)) };
}
