import type { CellId, ContentHash, RunId } from "../base/ids.ts";
import type { Runs } from "../notebook/runRecord.ts";
import { cycles, readersOf } from "./flowGraph.ts";
import type { FlowCell, NotebookFlow } from "./resolveInputs.ts";
import { freshnessOf, type Freshness } from "./staleness.ts";
import { isSameReason, staleReason, type ReasonFacts, type StaleReason } from "./staleReason.ts";

/** Why a cell cannot run, or will fail, as it stands among the others. */
export type FlowProblem =
  /** These cells read from one another. */
  | { readonly kind: "circle"; readonly cells: readonly CellId[] }
  /** Several cells below define `name`, so that none can be meant. */
  | { readonly kind: "ambiguous"; readonly name: string; readonly cells: readonly CellId[] };

/** One cell among the others. */
export interface CellFlow {
  readonly cell: CellId;
  readonly defines: readonly string[];
  /** Name → the cell it is read from. */
  readonly reads: readonly { readonly name: string; readonly from: CellId }[];
  readonly readers: readonly CellId[];
  readonly freshness: Freshness;
  readonly reason: StaleReason | undefined;
  readonly problems: readonly FlowProblem[];
}

export interface FlowFacts {
  readonly flow: NotebookFlow;
  readonly runs: Runs;
  readonly hash: (source: string) => ContentHash;
  readonly isThere: (cell: CellId) => boolean;
}

/** What there is to say of each cell of the dataflow, in the order of the notebook. */
export function flowView({ flow, runs, hash, isThere }: FlowFacts): ReadonlyMap<CellId, CellFlow> {
  const freshness = freshnessOf(flow, runs, hash);
  // Asked for only where something is stale.
  let lastRuns: ReadonlyMap<RunId, CellId> | undefined;
  const cellOf = (run: RunId): CellId | undefined =>
    (lastRuns ??= new Map([...runs].map(([cell, last]) => [last.run, cell]))).get(run);
  const facts = { runs, freshness, isThere, cellOf, circles: cycles(flow), readers: readersOf(flow) };
  const view = new Map<CellId, CellFlow>();
  for (const cell of flow.values()) view.set(cell.id, viewOf(cell, facts));
  return view;
}

interface ViewFacts extends ReasonFacts {
  readonly circles: ReadonlyMap<CellId, readonly CellId[]>;
  readonly readers: ReadonlyMap<CellId, readonly CellId[]>;
}

/** What was said of a cell last, and of what circle. After most edits that still holds for all cells but a few. */
const said = new WeakMap<FlowCell, { readonly circle: readonly CellId[] | undefined; readonly view: CellFlow }>();

function viewOf(cell: FlowCell, facts: ViewFacts): CellFlow {
  const circle = facts.circles.get(cell.id);
  const readers = facts.readers.get(cell.id) ?? NOBODY;
  const freshness = facts.freshness.get(cell.id) ?? "never";
  const reason = staleReason(cell, facts);
  const last = said.get(cell);
  if (last?.circle === circle && last?.view.readers === readers) {
    const { view } = last;
    if (view.freshness === freshness && isSameReason(view.reason, reason)) return view;
  }
  const defines = cell.compiled.ok ? cell.compiled.value.defines : [];
  const problems = problemsOf(cell, circle);
  const view = { cell: cell.id, defines, reads: readsOf(cell), readers, freshness, reason, problems };
  said.set(cell, { circle, view });
  return view;
}

const NOBODY: readonly CellId[] = [];
const NO_PROBLEMS: readonly FlowProblem[] = [];
const reads = new WeakMap<FlowCell["inputs"], CellFlow["reads"]>();

function readsOf({ inputs }: FlowCell): CellFlow["reads"] {
  let known = reads.get(inputs);
  if (known === undefined) reads.set(inputs, (known = [...inputs].map(([name, from]) => ({ name, from }))));
  return known;
}

function problemsOf({ unresolved }: FlowCell, circle: readonly CellId[] | undefined): readonly FlowProblem[] {
  if (circle === undefined && unresolved.size === 0) return NO_PROBLEMS;
  const problems: FlowProblem[] = circle === undefined ? [] : [{ kind: "circle", cells: circle }];
  for (const [name, cells] of unresolved) if (cells.length > 1) problems.push({ kind: "ambiguous", name, cells });
  return problems.length === 0 ? NO_PROBLEMS : problems;
}

/** True for a cell whose outputs are out of date: `run stale` runs it. One that never ran is not stale. */
export const isStale = ({ freshness }: Pick<CellFlow, "freshness">): boolean =>
  freshness === "changed" || freshness === "inputs-changed" || freshness === "broken";
