import type * as Y from "yjs";
import type { CellId, PeerId, RunId } from "../../base/ids.ts";
import { readRuns } from "../../notebook/editRuns.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";

export interface OrphanRunsOptions {
  readonly doc: Y.Doc;
  /** This device. */
  readonly peer: PeerId;
  /** Takes up a run; false while the way to agents is not there. */
  readonly adopt: (cell: CellId, record: RunRecord) => boolean;
  /** Runs that somebody shows in presence. */
  readonly shown: () => readonly RunId[];
}

/** Runs that an earlier life of this page gave to agents: they keep the results for whoever asked for them. */
export class OrphanRuns {
  readonly #options: OrphanRunsOptions;
  #left: readonly (readonly [CellId, RunRecord])[] = [];

  constructor(options: OrphanRunsOptions) {
    this.#options = options;
  }

  find(): void {
    const { doc, peer } = this.#options;
    this.#left = [...readRuns(doc)].filter(
      ([, { status, by, where }]) => status === "began" && by === peer && where.at === "agent",
    );
    this.adopt();
  }

  /** Takes up what nobody shows: while the page before this one may still be there, its runs are its own. */
  adopt(): void {
    if (this.#left.length === 0) return;
    const shown = new Set(this.#options.shown());
    this.#left = this.#left.filter(([cell, record]) => shown.has(record.run) || !this.#options.adopt(cell, record));
  }
}
