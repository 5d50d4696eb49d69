import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, RunId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import type { NotebookFlow } from "#shared/dataflow/resolveInputs.ts";
import type { RunRecord, Runs, RunStatus } from "#shared/notebook/runRecord.ts";

let count = 0;

/** The record of a run of `cell` that reads from the runs in `runs`, as a kernel would leave it. */
export function recordOf(flow: NotebookFlow, runs: Runs, cell: CellId, status: RunStatus = "ok"): RunRecord {
  const inputs = [...(flow.get(cell)?.inputs ?? [])].flatMap(([name, definer]) => {
    const run = runs.get(definer)?.run;
    return run === undefined ? [] : [[name, run] as const];
  });
  return {
    run: RunId.parse(`run-${++count}`)!,
    by: undefined,
    byName: "Ana",
    where: { at: "here" },
    sourceHash: contentHashOfText(flow.get(cell)?.source ?? ""),
    inputs: Object.fromEntries(inputs),
    started: unixMs(0),
    duration: ms(1),
    status,
    count,
    outputs: [],
    errorAt: undefined,
  };
}

/** The runs after executing `cells` one after the other; `id!` leaves an error, `id?` a run that never ended. */
export function runsAfter(flow: NotebookFlow, cells: readonly string[], before: Runs = new Map()): Runs {
  const runs = new Map(before);
  for (const text of cells) {
    const status = text.endsWith("!") ? "error" : text.endsWith("?") ? "began" : "ok";
    const cell = CellId.parse(text.replace(/[!?]$/, ""))!;
    runs.set(cell, recordOf(flow, runs, cell, status));
  }
  return runs;
}
