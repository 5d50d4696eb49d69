import type { CellId, ContentHash } from "../base/ids.ts";
import { components, cycles, dependents, directNeeds, inOrderOfNeed } from "../dataflow/flowGraph.ts";
import { freshnessOf, isUsable, type Freshness } from "../dataflow/staleness.ts";
import type { CellSyntaxError } from "../dataflow/CompiledCell.ts";
import type { NotebookFlow } from "../dataflow/resolveInputs.ts";
import type { Runs } from "../notebook/runRecord.ts";

/** Why a cell cannot be executed at all. */
export type Refusal =
  | { readonly reason: "syntax"; readonly error: CellSyntaxError }
  /** Cells that read from one another in a circle, this one among them. */
  | { readonly reason: "cycle"; readonly cells: readonly CellId[] }
  /** Nothing here executes this language. */
  | { readonly reason: "language"; readonly language: string }
  /** The code that reads cells is not on this device, and could not be fetched. */
  | { readonly reason: "not-loaded"; readonly message: string }
  /** It was asked for in an earlier life of the page, and is not wanted any more. */
  | { readonly reason: "not-sent"; readonly message: string };

/** One cell to execute. */
export interface PlannedCell {
  readonly cell: CellId;
  /** False: nobody asked for it, but one that was asked for needs it. */
  readonly asked: boolean;
  /** Cells it reads from directly. */
  readonly needs: readonly CellId[];
  /** All cells of its connected component: those that may share values with it. */
  readonly component: ReadonlySet<CellId>;
  readonly refusal: Refusal | undefined;
}

export interface PlanRequest {
  readonly flow: NotebookFlow;
  readonly runs: Runs;
  /** Cells whose values some kernel at the place of execution holds. */
  readonly held: ReadonlySet<CellId>;
  readonly requested: readonly CellId[];
  readonly hash: (source: string) => ContentHash;
}

/**
 * What to execute when cells are asked for: those, and before them every cell they need that never ran or is stale.
 * Each once, after those it needs, else in notebook order. A needed cell that is fresh is left out, although no kernel
 * may hold its values: then they are made again, unheard, in the kernel that needs them.
 */
export function planRun(request: PlanRequest): readonly PlannedCell[] {
  const { flow, requested } = request;
  const asked = new Set(requested.filter((cell) => flow.has(cell)));
  const planned = cellsToRun(request, asked);
  const component = components(flow);
  const circular = cycles(flow);
  return inOrderOfNeed(flow, planned).map((cell) => ({
    cell,
    asked: asked.has(cell),
    needs: [...directNeeds(flow, cell)],
    component: component.get(cell) ?? new Set([cell]),
    refusal: refusalOf(flow, cell, circular),
  }));
}

function cellsToRun(request: PlanRequest, asked: ReadonlySet<CellId>): ReadonlySet<CellId> {
  const freshness = freshnessOf(request.flow, request.runs, request.hash);
  let planned = asked;
  // Whatever reads from a cell that will run is stale by then: to be looked at again until nothing is added.
  for (let before = -1; before < planned.size;) {
    before = planned.size;
    planned = withNeeds(request, planned, freshness);
  }
  return planned;
}

/** `cells`, and those they need that must run. */
function withNeeds(
  { flow, held }: PlanRequest,
  cells: ReadonlySet<CellId>,
  freshness: ReadonlyMap<CellId, Freshness>,
): ReadonlySet<CellId> {
  const outdated = dependents(flow, cells);
  const planned = new Set(cells);
  const decided = new Map<CellId, boolean>();
  const mustRun = (cell: CellId): boolean => {
    const known = decided.get(cell);
    if (known !== undefined) return known;
    // Whoever comes back to it in a circle finds it decided.
    decided.set(cell, false);
    const state = freshness.get(cell) ?? "never";
    // The values of a cell that failed are only where it ran, and what is to be made again unheard may itself need
    // cells that must run in sight.
    const gone = !held.has(cell) && (state === "failed" || needsRun(cell));
    const must = planned.has(cell) || !isUsable(state) || outdated.has(cell) || gone;
    decided.set(cell, must);
    if (must && !planned.has(cell)) {
      planned.add(cell);
      needsRun(cell);
    }
    return must;
  };
  const needsRun = (cell: CellId): boolean => [...directNeeds(flow, cell)].map(mustRun).includes(true);
  for (const cell of cells) needsRun(cell);
  return planned;
}

function refusalOf(
  flow: NotebookFlow,
  cell: CellId,
  circular: ReadonlyMap<CellId, readonly CellId[]>,
): Refusal | undefined {
  const compiled = flow.get(cell)?.compiled;
  if (compiled?.ok === false) return { reason: "syntax", error: compiled.error };
  const cells = circular.get(cell);
  return cells === undefined ? undefined : { reason: "cycle", cells };
}
