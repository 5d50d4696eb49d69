import type { CellId, RunId } from "../base/ids.ts";
import type { RunRecord, Runs } from "../notebook/runRecord.ts";
import type { FlowCell } from "./resolveInputs.ts";
import { isUsable, type Freshness } from "./staleness.ts";

/** Why what a cell shows may not be what it would show now. `cell` is where to look. */
export type StaleReason =
  /** Its own text is another now. */
  | { readonly kind: "changed" }
  /** Its last run did not end. */
  | { readonly kind: "broken" }
  /** `name` was made again by the cell it is read from. */
  | { readonly kind: "made-again"; readonly name: string; readonly cell: CellId }
  /** The cell that `name` is read from is itself out of date. */
  | { readonly kind: "outdated"; readonly name: string; readonly cell: CellId }
  /** `name` is read from this cell now, and was not when the cell ran. */
  | { readonly kind: "other-cell"; readonly name: string; readonly cell: CellId }
  /** The cell that `name` was read from is not in the notebook any more. */
  | { readonly kind: "deleted"; readonly name: string; readonly cell: CellId }
  /** Nothing that is read defines `name` any more. */
  | { readonly kind: "gone"; readonly name: string }
  /** It reads from itself, through others. */
  | { readonly kind: "circle" };

export function isSameReason(one: StaleReason | undefined, other: StaleReason | undefined): boolean {
  if (one === undefined || other === undefined || one.kind !== other.kind) return one === other;
  return nameOf(one) === nameOf(other) && cellOf(one) === cellOf(other);
}

const nameOf = (reason: StaleReason): string | undefined => ("name" in reason ? reason.name : undefined);
const cellOf = (reason: StaleReason): CellId | undefined => ("cell" in reason ? reason.cell : undefined);

export interface ReasonFacts {
  /** Runs of all cells, deleted ones too. */
  readonly runs: Runs;
  readonly freshness: ReadonlyMap<CellId, Freshness>;
  /** The cell whose last run this is; undefined where it has run again since. */
  readonly cellOf: (run: RunId) => CellId | undefined;
  readonly isThere: (cell: CellId) => boolean;
}

/** The reason to tell; undefined for a cell that is up to date, or never ran here. */
export function staleReason(cell: FlowCell, facts: ReasonFacts): StaleReason | undefined {
  const freshness = facts.freshness.get(cell.id) ?? "never";
  const run = facts.runs.get(cell.id);
  if (run === undefined || freshness === "never" || isUsable(freshness)) return undefined;
  if (freshness === "changed" || freshness === "broken") return { kind: freshness };
  return (
    lostInput(cell, run, facts) ?? otherInput(cell, run, facts) ?? outdatedInput(cell, facts) ?? { kind: "circle" }
  );
}

/** What is missing comes first: it is what a run would fail on. */
function lostInput(cell: FlowCell, run: RunRecord, { cellOf, isThere }: ReasonFacts): StaleReason | undefined {
  for (const name of Object.keys(run.inputs)) {
    const from = run.inputs[name];
    if (from === undefined || cell.inputs.has(name)) continue;
    const definer = cellOf(from);
    return definer !== undefined && !isThere(definer)
      ? { kind: "deleted", name, cell: definer }
      : { kind: "gone", name };
  }
  return undefined;
}

function otherInput(cell: FlowCell, run: RunRecord, { runs, cellOf }: ReasonFacts): StaleReason | undefined {
  for (const [name, definer] of cell.inputs) {
    const read = Object.hasOwn(run.inputs, name) ? run.inputs[name] : undefined;
    if (read !== undefined && read === runs.get(definer)?.run) continue;
    const before = read === undefined ? undefined : cellOf(read);
    // A run that is no cell's last one any more was, most likely, one of the same cell.
    const kind = read !== undefined && (before === undefined || before === definer) ? "made-again" : "other-cell";
    return { kind, name, cell: definer };
  }
  return undefined;
}

function outdatedInput(cell: FlowCell, { freshness }: ReasonFacts): StaleReason | undefined {
  for (const [name, definer] of cell.inputs) {
    if (!isUsable(freshness.get(definer) ?? "never")) return { kind: "outdated", name, cell: definer };
  }
  return undefined;
}
