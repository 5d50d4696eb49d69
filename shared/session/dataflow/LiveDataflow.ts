import type * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import type { CellId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import { flowView, isStale, type CellFlow } from "../../dataflow/flowView.ts";
import type { FlowReader } from "../../dataflow/FlowReader.ts";
import type { Cell } from "../../notebook/cell.ts";
import type { Runs } from "../../notebook/runRecord.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { ControlBoard } from "../controls/NotebookControls.ts";
import { CellsReader } from "./CellsReader.ts";
import { loadFlowReader } from "./loadFlowReader.ts";
import { prepareCells } from "./prepareCells.ts";

/** After a change the dataflow is read this much later: whoever types does not wait for it, and sees it when pausing. */
const READ_DELAY: Milliseconds = ms(150);

export interface LiveDataflowOptions {
  readonly doc: Y.Doc;
  readonly clock: Clock;
  readonly controls: Pick<ControlBoard, "withVersions" | "onMoved">;
  /** Resolves when the page has nothing better to do. */
  readonly idle: () => Promise<void>;
  /** Resolves after a moment in which others had their turn. */
  readonly pause: () => Promise<void>;
}

export type FlowOfCells = ReadonlyMap<CellId, CellFlow>;

/**
 * How the cells of a notebook read from one another, followed as it changes. What reads cells (a parser) is loaded when it is
 * started, which is when somebody begins to work in the notebook: who only looks at it does not need it.
 */
export class LiveDataflow {
  readonly #options: LiveDataflowOptions;
  readonly #all = new Value<FlowOfCells | undefined>(undefined);
  readonly #single = new Map<CellId, Value<CellFlow | undefined>>();
  #cells: CellsReader | undefined;
  #stopHearing: Dispose | undefined;
  #reader: FlowReader | undefined;
  #timer: Dispose | undefined;
  #loading: Promise<void> | undefined;
  #closed = false;

  constructor(options: LiveDataflowOptions) {
    this.#options = options;
  }

  /** All cells of the dataflow, in order; undefined until they are read for the first time. */
  get all(): Readable<FlowOfCells | undefined> {
    return this.#all;
  }

  /** One cell; changes only when something about that cell changed. */
  of(cell: CellId): Readable<CellFlow | undefined> {
    let value = this.#single.get(cell);
    if (value === undefined) this.#single.set(cell, (value = new Value(this.#all.get()?.get(cell))));
    return value;
  }

  /** As the document is now: read at once where it is followed, else undefined. */
  now(): FlowOfCells | undefined {
    if (this.#timer !== undefined) this.#read();
    return this.#all.get();
  }

  /**
   * As the document is now, whatever becomes of it: read as soon as what reads cells is loaded. Undefined if it was closed
   * meanwhile. Rejects if what reads cells cannot be loaded.
   */
  async remember(): Promise<FlowOfCells | undefined> {
    const loaded = this.#started();
    // Before anything is awaited.
    const cells = this.#cells?.cells() ?? [];
    const runs = new Map(this.#options.controls.withVersions(this.#cells?.runs() ?? new Map()));
    await loaded;
    return this.#reader && this.#view(this.#reader, cells, runs);
  }

  /** Cells whose outputs are out of date, in order. Rejects if what reads cells cannot be loaded. */
  async stale(): Promise<readonly CellId[]> {
    await this.#started();
    return [...(this.now()?.values() ?? [])].filter(isStale).map(({ cell }) => cell);
  }

  /** Begins to follow the document. */
  start(): void {
    // Without the parser there are no marks, and the first run says why.
    this.#started().catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.();
    this.#timer = undefined;
    this.#cells?.dispose();
    this.#stopHearing?.();
  }

  #started(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#cells ??= new CellsReader(this.#options.doc, () => this.#soon());
    this.#stopHearing ??= this.#options.controls.onMoved(() => this.#soon());
    if (this.#loading === undefined) {
      this.#loading = this.#load();
      // Asking again tries again.
      this.#loading.catch(() => (this.#loading = undefined));
    }
    return this.#loading;
  }

  async #load(): Promise<void> {
    const { doc, idle, pause } = this.#options;
    await idle();
    const reader = await loadFlowReader(doc);
    await prepareCells(reader, this.#cells?.cells() ?? [], pause);
    if (this.#closed) return;
    this.#reader = reader;
    this.#read();
  }

  #soon(): void {
    if (this.#reader !== undefined) this.#timer ??= this.#options.clock.after(READ_DELAY, () => this.#read());
  }

  #read(): void {
    this.#timer?.();
    this.#timer = undefined;
    const [cells, reader] = [this.#cells, this.#reader];
    if (cells === undefined || reader === undefined || this.#closed) return;
    const next = this.#view(reader, cells.cells(), this.#options.controls.withVersions(cells.runs()));
    for (const [cell, value] of this.#single) {
      const one = next.get(cell);
      if (!sameFlow(value.get(), one)) value.set(one);
    }
    this.#all.set(next);
  }

  #view(reader: FlowReader, cells: readonly Cell[], runs: Runs): FlowOfCells {
    const ids = new Set(cells.map(({ id }) => id));
    const hash = (source: string): ReturnType<FlowReader["hash"]> => reader.hash(source);
    return flowView({ flow: reader.read(cells), runs, hash, isThere: (cell) => ids.has(cell) });
  }
}

/** Most cells are as they were, and a thousand may be watched: the likely differences come first. */
function sameFlow(one: CellFlow | undefined, other: CellFlow | undefined): boolean {
  if (one === undefined || other === undefined || one.freshness !== other.freshness) return one === other;
  if (one.reads === other.reads && one.readers === other.readers && one.defines === other.defines) {
    if (one.reason === undefined && other.reason === undefined && one.problems === other.problems) return true;
  }
  return JSON.stringify(one) === JSON.stringify(other);
}
