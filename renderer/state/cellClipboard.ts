import type { CellDraft } from "#shared/notebook/editCells.ts";

/** Cells cut or copied with X and C, for V. Kept while the page is open, so that they pass from notebook to notebook. */
export interface CellClipboard {
  read(): readonly CellDraft[];
  write(cells: readonly CellDraft[]): void;
}

export function createCellClipboard(): CellClipboard {
  let kept: readonly CellDraft[] = [];
  return {
    read: () => kept,
    write: (cells) => {
      kept = cells;
    },
  };
}
