import { messageOf } from "../../base/errors.ts";
import type { FlowReader } from "../../dataflow/FlowReader.ts";
import type { Cell } from "../../notebook/cell.ts";
import type { RunPlan } from "./LiveRun.ts";
import { planRequest, refuseRequest, type CellRequest } from "./planRequest.ts";

/** Source parsed in one go, in letters: some milliseconds. */
const WARM_LETTERS = 20_000;

/**
 * Plans what requests execute. What reads cells (a parser) is loaded when first needed: whoever only reads and writes does
 * not need it.
 */
export class CellPlanner {
  #reader: FlowReader | undefined;
  #warmed = false;

  /** `reader`: for those who have it at hand. */
  constructor(reader: FlowReader | undefined) {
    this.#reader = reader;
  }

  /**
   * Gives the plan of a request, which is made when it can be planned: at once if the code is loaded. If it cannot be
   * loaded, every cell of the plan says so.
   */
  plan(request: () => CellRequest, give: (plans: readonly RunPlan[]) => void): void {
    if (this.#reader !== undefined) {
      give(planRequest(this.#reader, request()));
      return;
    }
    this.#load().then(
      (reader) => give(planRequest(reader, request())),
      (error: unknown) => give(refuseRequest(request(), messageOf(error))),
    );
  }

  /** Reads the cells before they are needed, once, a few between two pauses: a notebook may have thousands. */
  warm(cells: () => readonly Cell[], pause: () => Promise<void>): void {
    if (this.#warmed) return;
    this.#warmed = true;
    // If it cannot be loaded, the first run says so.
    this.#load().then(
      (reader) => void prepareAll(reader, cells(), pause),
      () => (this.#warmed = false),
    );
  }

  async #load(): Promise<FlowReader> {
    if (this.#reader === undefined) {
      const loaded = await import("../../dataflow/FlowReader.ts");
      this.#reader ??= new loaded.FlowReader();
    }
    return this.#reader;
  }
}

async function prepareAll(reader: FlowReader, cells: readonly Cell[], pause: () => Promise<void>): Promise<void> {
  let letters = 0;
  for (const cell of cells) {
    if (letters > WARM_LETTERS) {
      await pause();
      letters = 0;
    }
    reader.prepare(cell);
    letters += cell.source.length;
  }
}
