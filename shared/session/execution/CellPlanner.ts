import type * as Y from "yjs";
import { messageOf } from "../../base/errors.ts";
import type { FlowReader } from "../../dataflow/FlowReader.ts";
import type { Cell } from "../../notebook/cell.ts";
import { loadFlowReader } from "../dataflow/loadFlowReader.ts";
import { prepareCells } from "../dataflow/prepareCells.ts";
import type { RunPlan } from "./LiveRun.ts";
import { planRequest, refuseRequest, type CellRequest } from "./planRequest.ts";

/**
 * Plans what requests execute. What reads cells (a parser) is loaded when first needed: whoever only reads and writes does
 * not need it.
 */
export class CellPlanner {
  readonly #doc: Y.Doc;
  #reader: FlowReader | undefined;
  #warmed = false;

  /** `reader`: for those who have it at hand. */
  constructor(doc: Y.Doc, reader: FlowReader | undefined) {
    this.#doc = doc;
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
      (reader) => void prepareCells(reader, cells(), pause),
      () => (this.#warmed = false),
    );
  }

  async #load(): Promise<FlowReader> {
    if (this.#reader === undefined) {
      const loaded = await loadFlowReader(this.#doc);
      this.#reader ??= loaded;
    }
    return this.#reader;
  }
}
