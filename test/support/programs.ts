import { CellId, RunId } from "#shared/base/ids.ts";
import { compileCell } from "#shared/dataflow/javascript/compileCell.ts";
import { programOf, resolveInputs, type NotebookFlow } from "#shared/dataflow/resolveInputs.ts";
import type { CellProgram, KernelRequest } from "#shared/ports/Kernel.ts";

/** The dataflow of cells given as id → source, in order. */
export function flowOf(sources: Readonly<Record<string, string>>): NotebookFlow {
  return resolveInputs(
    Object.entries(sources).map(([id, source]) => ({ id: CellId.parse(id)!, source, compiled: compileCell(source) })),
  );
}

/** The program of one cell of such a notebook. */
export function programIn(flow: NotebookFlow, id: string): CellProgram {
  const program = programOf(flow.get(CellId.parse(id)!)!);
  if (program === undefined) throw new Error(`cell ${id} does not compile`);
  return program;
}

/** A request to execute cell `id`, after `before`, in a fresh run. */
export function requestFor(flow: NotebookFlow, id: string, before: readonly string[] = []): KernelRequest {
  return { run: RunId.create(), program: programIn(flow, id), before: before.map((cell) => programIn(flow, cell)) };
}
