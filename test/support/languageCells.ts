import { CellId, RunId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { programOf } from "#shared/dataflow/resolveInputs.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";

/** A cell as tests write it. */
export type LanguageCell = readonly [language: string, source: string];

/** A request to execute the last of `cells`, in any languages, after all others. */
export function requestForLast(...cells: readonly LanguageCell[]): KernelRequest {
  const list = cells.map(
    ([language, source], index) =>
      // reason: of a cell the reader looks at these alone.
      ({ id: CellId.parse(`c${index}`)!, kind: "code", language, source }) as unknown as Cell,
  );
  const flow = new FlowReader().read(list);
  const programs = list.map(({ id }) => {
    const program = programOf(flow.get(id)!);
    if (program === undefined) throw new Error(`cell ${id} does not compile`);
    return program;
  });
  return { run: RunId.create(), program: programs.at(-1)!, before: programs.slice(0, -1) };
}
