import type * as Y from "yjs";
import type { CellId, RunId } from "../../base/ids.ts";
import type { Milliseconds } from "../../base/units.ts";
import type { FlowCell, NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { Execution } from "../../execution/execution.ts";
import { programsBefore } from "../../execution/programsBefore.ts";
import { DEFAULT_MEMORY_LIMIT, memoryLimitOf } from "../../notebook/memoryLimit.ts";
import { LONGEST_TIME_LIMIT } from "../../jobs/jobMessage.ts";
import type { ControlValues } from "../../notebook/controls/control.ts";
import type { CellProgram, Kernel, KernelRequest } from "../../ports/Kernel.ts";
import type { NotebookControls } from "../controls/NotebookControls.ts";
import type { Execute } from "../kept/keepProgram.ts";
import type { MemoRun } from "../kept/Memo.ts";
import type { HeldVersions } from "./HeldVersions.ts";
import { withFrames } from "./withFrames.ts";
import { withPins } from "./withPins.ts";

export interface RequestTools {
  readonly doc: Y.Doc;
  readonly versions: HeldVersions;
  readonly controls: Pick<NotebookControls, "of" | "version">;
  /** The last run of a cell, in the version of its controls as they stand, whose definitions its readers read. */
  readonly lastRun: (cell: CellId) => RunId | undefined;
  /** How long the run may take; undefined: as long as it does. */
  readonly limit: Milliseconds | undefined;
}

/** Where a run is about to be executed. */
interface Place {
  readonly kernel: Kernel;
  readonly flow: NotebookFlow;
  readonly program: CellProgram;
}

interface MadeRequest {
  readonly request: KernelRequest;
  /** Which run's values the kernel will then hold of each cell. */
  readonly versions: ReadonlyMap<CellId, RunId>;
}

/** What one run asks of a kernel. */
export class RunRequests {
  readonly #tools: RequestTools;
  readonly #execution: Execution;

  constructor(tools: RequestTools, execution: Execution) {
    this.#tools = tools;
    this.#execution = execution;
  }

  request({ kernel, flow, program }: Place): MadeRequest {
    const { cell, run } = this.#execution;
    const before = this.#before(kernel, flow);
    const versions = new Map([...this.#lastRuns(before), [cell, this.#tools.controls.version(cell, run)] as const]);
    const made = (one: CellProgram): CellProgram => this.asMoved(withFrames(flow, one));
    const programs = { program: made(program), before: before.map(made) };
    return { request: { run, ...programs, limit: this.#limit }, versions };
  }

  /** For a run that goes on elsewhere, and is only waited for. */
  nothing(): MadeRequest {
    const { cell, run } = this.#execution;
    const program: CellProgram = { cell, language: "javascript", code: "", inputs: {}, defines: [] };
    return { request: { run, program, before: [] }, versions: new Map() };
  }

  memoRun({ kernel, flow, program }: Place, execute: Execute): MemoRun {
    return {
      flow,
      cell: this.#execution.cell,
      program: () => this.asMoved(withFrames(flow, program)),
      before: () => this.#before(kernel, flow).map((one) => this.asMoved(withFrames(flow, one))),
      made: () => this.#tools.versions.note(kernel, this.#lastRuns(this.#before(kernel, flow))),
      execute: (request, onOutput) => execute({ ...request, limit: this.#limit }, onOutput),
    };
  }

  /** Name the cell reads → run that defined it. */
  inputs(cell: FlowCell | undefined): Readonly<Record<string, RunId>> {
    const inputs = [...(cell?.inputs ?? [])].flatMap(([name, definer]) => {
      const last = this.#tools.lastRun(definer);
      return last === undefined ? [] : [[name, last] as const];
    });
    return Object.fromEntries(inputs);
  }

  /** True if the kernel holds what the last run of the cell defined. */
  isThere(kernel: Kernel, cell: CellId): boolean {
    return this.#tools.versions.isThere(kernel, cell, this.#tools.lastRun(cell));
  }

  /** With its controls, the pins of its imports and its memory limit, as they stand. */
  readonly asMoved = (one: CellProgram): CellProgram => {
    const { doc, controls } = this.#tools;
    return withMemory(doc, withPins(doc, withControls(one, controls.of(one.cell))));
  };

  get #limit(): Milliseconds {
    return this.#tools.limit ?? LONGEST_TIME_LIMIT;
  }

  /** What the kernel must execute before the cell. */
  #before(kernel: Kernel, flow: NotebookFlow): readonly CellProgram[] {
    return programsBefore(flow, this.#execution.cell, (needed) => this.isThere(kernel, needed));
  }

  #lastRuns(programs: readonly CellProgram[]): ReadonlyMap<CellId, RunId> {
    return new Map(
      programs.flatMap(({ cell }) => {
        const last = this.#tools.lastRun(cell);
        return last === undefined ? [] : [[cell, last] as const];
      }),
    );
  }
}

const withControls = (program: CellProgram, controls: ControlValues): CellProgram =>
  Object.keys(controls).length === 0 ? program : { ...program, controls };

/** Left out where the kernel's own bound is meant. */
function withMemory(doc: Y.Doc, program: CellProgram): CellProgram {
  const memory = memoryLimitOf(doc, program.cell);
  return memory < DEFAULT_MEMORY_LIMIT ? { ...program, memory } : program;
}
