import type { CellId, ContentHash, RunId } from "../base/ids.ts";
import type { Runs } from "../notebook/runRecord.ts";
import { cycles, readersOf } from "./flowGraph.ts";
import type { FlowCell, NotebookFlow } from "./resolveInputs.ts";
import { freshnessOf, type Freshness } from "./staleness.ts";
import { isSameReason, staleReason, type StaleReason } from "./staleReason.ts";

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
  const circular = cycles(flow);
  const freshness = freshnessOf(flow, runs, hash);
  const readers = readersOf(flow);
  // Asked for only where something is stale.
  let lastRuns: ReadonlyMap<RunId, CellId> | undefined;
  const cellOf = (run: RunId): CellId | undefined =>
    (lastRuns ??= new Map([...runs].map(([cell, last]) => [last.run, cell]))).get(run);
  const facts = { runs, freshness, isThere, cellOf };
  const view = new Map<CellId, CellFlow>();
  for (const cell of flow.values()) {
    const next = {
      readers: readers.get(cell.id) ?? NOBODY,
      freshness: freshness.get(cell.id) ?? "never",
      reason: staleReason(cell, facts),
      circle: circular.get(cell.id),
    };
    view.set(cell.id, viewOf(cell, next));
  }
  return view;
}

interface Around extends Pick<CellFlow, "readers" | "freshness" | "reason"> {
  readonly circle: readonly CellId[] | undefined;
}

/** What was said of a cell last, and what followed it from. After most edits that still holds for all cells but a few. */
const said = new WeakMap<FlowCell, { readonly around: Around; readonly view: CellFlow }>();

function viewOf(cell: FlowCell, around: Around): CellFlow {
  const last = said.get(cell);
  if (last !== undefined && isSame(last.around, around)) return last.view;
  const { circle, ...shown } = around;
  const view = {
    cell: cell.id,
    defines: cell.compiled.ok ? cell.compiled.value.defines : [],
    reads: readsOf(cell),
    ...shown,
    problems: problemsOf(cell, circle),
  };
  said.set(cell, { around, view });
  return view;
}

const isSame = (one: Around, other: Around): boolean =>
  one.freshness === other.freshness &&
  one.readers === other.readers &&
  one.circle === other.circle &&
  isSameReason(one.reason, other.reason);

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
