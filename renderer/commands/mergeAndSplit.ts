import type { Cell } from "#shared/notebook/cell.ts";
import type { CellDraft } from "#shared/notebook/editCells.ts";

/** One cell of several: of the kind of the first, their sources with an empty line between, as Jupyter does. */
export function mergeDraft(cells: readonly Cell[]): readonly CellDraft[] {
  const [first] = cells;
  if (first === undefined) return [];
  const source = cells.map((cell) => cell.source).join("\n\n");
  return [{ kind: first.kind, language: first.language, metadata: first.metadata, source }];
}

/** Two cells of one, cut at `at` (UTF-16 units). Line breaks at the cut belong to neither. */
export function splitDrafts({ kind, language, metadata, source }: Cell, at: number): readonly CellDraft[] {
  const head = source.slice(0, at).replace(/\n+$/, "");
  const tail = source.slice(at).replace(/^\n+/, "");
  return [head, tail].map((part) => ({ kind, language, metadata, source: part }));
}
