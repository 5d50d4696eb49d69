import { useMemo } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellFlow } from "#shared/dataflow/flowView.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { useReadable } from "../state/useReadable.ts";

/** A cell among the others; undefined while that is not known, and for cells that take no part. */
export function useCellFlow(cell: CellId): CellFlow | undefined {
  const { dataflow } = useNotebook();
  return useReadable(useMemo(() => dataflow.of(cell), [dataflow, cell]));
}
