import type { CellId, ContentHash } from "../base/ids.ts";
import type { RunRecord, Runs } from "../notebook/runRecord.ts";
import { allInOrderOfNeed, cycles, directNeeds } from "./flowGraph.ts";
import type { FlowCell, NotebookFlow } from "./resolveInputs.ts";

/**
 * What the last run of a cell is worth now.
 * `never`: it did not run, or its outputs came with a file. `broken`: it ran and did not end. `changed`: its source is
 * another now. `inputs-changed`: a cell it reads from ran since, or must run, or is another one now. `failed`: it ended
 * with an error, and nothing changed since. `fresh`: running it again would read the same.
 */
export type Freshness = "never" | "broken" | "changed" | "inputs-changed" | "failed" | "fresh";

/** True where a run's values may still be used. After an error they are there up to the error. */
export const isUsable = (freshness: Freshness): boolean => freshness === "fresh" || freshness === "failed";

/** The freshness of every cell of the dataflow. `hash` gives the content hash of a source. */
export function freshnessOf(
  flow: NotebookFlow,
  runs: Runs,
  hash: (source: string) => ContentHash,
): ReadonlyMap<CellId, Freshness> {
  const known = new Map<CellId, Freshness>();
  const circular = cycles(flow);
  for (const id of allInOrderOfNeed(flow)) {
    const cell = flow.get(id);
    if (!cell) continue;
    const own = freshness(flow, cell, runs, { known, hash });
    known.set(id, isUsable(own) && circular.has(id) ? "inputs-changed" : own);
  }
  return known;
}

function freshness(
  flow: NotebookFlow,
  cell: FlowCell,
  runs: Runs,
  { known, hash }: { known: ReadonlyMap<CellId, Freshness>; hash: (source: string) => ContentHash },
): Freshness {
  const run = runs.get(cell.id);
  if (run === undefined || run.status === "imported" || run.sourceHash === undefined) return "never";
  if (run.notRun !== undefined) return "never";
  if (run.status === "began" || run.status === "interrupted") return "broken";
  if (run.sourceHash !== hash(cell.source)) return "changed";
  if (!sameInputs(cell, run, runs)) return "inputs-changed";
  for (const needed of directNeeds(flow, cell.id)) {
    if (!isUsable(known.get(needed) ?? "never")) return "inputs-changed";
  }
  return run.status === "error" ? "failed" : "fresh";
}

/** True if the run read just what the cell would read now: the same names, from the same runs. */
function sameInputs(cell: FlowCell, run: RunRecord, runs: Runs): boolean {
  if (Object.keys(run.inputs).length !== cell.inputs.size) return false;
  for (const [name, definer] of cell.inputs) {
    if (!Object.hasOwn(run.inputs, name) || run.inputs[name] !== runs.get(definer)?.run) return false;
  }
  return true;
}
