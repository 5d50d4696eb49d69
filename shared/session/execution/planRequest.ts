import { contentHashOfText } from "../../base/hash.ts";
import { RunId, type CellId } from "../../base/ids.ts";
import type { FlowReader } from "../../dataflow/FlowReader.ts";
import { cycles, dependents } from "../../dataflow/flowGraph.ts";
import type { NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { ExecutionPlace } from "../../execution/execution.ts";
import { planRun, type PlannedCell } from "../../execution/planRun.ts";
import type { Notebook } from "../../notebook/readNotebook.ts";
import type { Runs } from "../../notebook/runRecord.ts";
import type { RunPlan } from "./LiveRun.ts";

export interface CellRequest {
  readonly notebook: Notebook;
  /** The notebook's runs, with those of ours that are not written yet. */
  readonly runs: Runs;
  readonly cells: readonly CellId[];
  readonly place: ExecutionPlace;
  /** Cells whose last run some kernel at this place holds the values of. */
  readonly held: ReadonlySet<CellId>;
  /** Number of the request. */
  readonly request: number;
  /** True: what reads from the cells is executed, too. */
  readonly reactive: boolean;
  /** True: what was asked for is executed even where its result is kept. */
  readonly anew?: boolean;
  /** Not the cells, but what reads from them. */
  readonly only?: "readers";
}

/** What to execute for a request, each with a new run id, in order. Cells in a language nobody executes say so. */
export function planRequest(reader: FlowReader, request: CellRequest): readonly RunPlan[] {
  const { notebook, runs, cells, place, held } = request;
  const flow = reader.read(notebook.cells);
  const hash = (source: string): ReturnType<FlowReader["hash"]> => reader.hash(source);
  const sources = new Map(notebook.cells.map(({ id, source }) => [id, source]));
  const wanted = request.reactive ? withReaders(flow, cells) : cells;
  const requested = request.only === "readers" ? wanted.filter((cell) => !cells.includes(cell)) : wanted;
  const planned = planRun({ flow, runs, held, requested, hash });
  const refused = inOtherLanguages(
    notebook,
    cells.filter((cell) => !flow.has(cell)),
  );
  return [...planned, ...refused].map(({ cell, asked, needs, component, refusal }) => ({
    flow,
    refusal,
    execution: {
      run: RunId.create(),
      cell,
      request: request.request,
      place: placeFor(place, asked),
      sourceHash: hash(sources.get(cell) ?? ""),
      asked,
      ...(asked && request.anew === true && { anew: true }),
      needs,
      component,
    },
  }));
}

/**
 * What everybody is asked for gives arrays; what it only needs must not: it runs here, and again, unheard, on each computer
 * that needs it.
 */
const placeFor = (place: ExecutionPlace, asked: boolean): ExecutionPlace =>
  place.at === "everybody" && !asked ? { at: "here" } : place;

/** Cells and all that read from them, directly or not. Those that cannot run are left alone: nobody asked for them. */
function withReaders(flow: NotebookFlow, cells: readonly CellId[]): readonly CellId[] {
  const circular = cycles(flow);
  const readers = [...dependents(flow, cells)].filter((cell) => !circular.has(cell));
  return [...new Set([...cells, ...readers])];
}

/** For when cells cannot even be read: each says why. */
export function refuseRequest(request: CellRequest, message: string): readonly RunPlan[] {
  const { notebook, cells, place } = request;
  const asked = notebook.cells.filter(({ id, kind }) => kind === "code" && cells.includes(id));
  return asked.map(({ id: cell, source }) => ({
    flow: new Map(),
    refusal: { reason: "not-loaded", message },
    execution: {
      run: RunId.create(),
      cell,
      request: request.request,
      place,
      sourceHash: contentHashOfText(source),
      asked: true,
      needs: [],
      component: new Set([cell]),
    },
  }));
}

function inOtherLanguages(notebook: Notebook, cells: readonly CellId[]): readonly PlannedCell[] {
  const asked = new Set(cells);
  return notebook.cells
    .filter(({ id, kind }) => kind === "code" && asked.has(id))
    .map(({ id, language }) => ({
      cell: id,
      asked: true,
      needs: [],
      component: new Set([id]),
      refusal: { reason: "language", language },
    }));
}
