import * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { cellMap } from "#shared/notebook/cell.ts";
import { CELL, notebookRoots } from "#shared/notebook/schema.ts";

/** Small display options of a cell, kept in the document and so the same for everybody. */
export type CellOption = "sourceHidden" | "outputsHidden";

export function readOption(doc: Y.Doc, cell: CellId, option: CellOption): boolean {
  const map = cellMap(notebookRoots(doc).cells, cell);
  return map !== undefined && optionOf(optionsOf(map), option);
}

export function optionsOf(cell: Y.Map<unknown>): Y.Map<unknown> | undefined {
  const options = cell.get(CELL.options);
  return options instanceof Y.Map ? options : undefined;
}

export const optionOf = (options: Y.Map<unknown> | undefined, option: CellOption): boolean =>
  options?.get(option) === true;
