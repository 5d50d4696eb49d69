import * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import { CellId } from "../../base/ids.ts";
import { readCell, type Cell } from "../../notebook/cell.ts";
import { orderedCellIds } from "../../notebook/cellOrder.ts";
import { parseRunRecord, type RunRecord, type Runs } from "../../notebook/runRecord.ts";
import { notebookRoots } from "../../notebook/schema.ts";

/** The visible cells and the runs of a document, read again only as far as they changed. Begins to follow when it is made. */
export class CellsReader {
  readonly #doc: Y.Doc;
  readonly #onChange: () => void;
  readonly #cells = new Map<CellId, Cell | undefined>();
  readonly #runs = new Map<CellId, RunRecord>();
  readonly #dispose: Dispose;
  #order: readonly CellId[] | undefined;
  #list: readonly Cell[] | undefined;

  constructor(doc: Y.Doc, onChange: () => void) {
    this.#doc = doc;
    this.#onChange = onChange;
    const { cells, runs } = notebookRoots(doc);
    for (const key of runs.keys()) this.#readRun(key);
    const cellsChanged = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void => this.#forget(events);
    // reason: observeDeep's own type says `any` where ours says `unknown`.
    const observer = cellsChanged as Parameters<typeof cells.observeDeep>[0];
    const runsChanged = ({ keysChanged }: Y.YMapEvent<unknown>): void => {
      for (const key of keysChanged) this.#readRun(key);
      onChange();
    };
    cells.observeDeep(observer);
    runs.observe(runsChanged);
    this.#dispose = () => {
      cells.unobserveDeep(observer);
      runs.unobserve(runsChanged);
    };
  }

  /** In order, without deleted ones. */
  cells(): readonly Cell[] {
    return (this.#list ??= this.#listed());
  }

  #listed(): readonly Cell[] {
    const { cells } = notebookRoots(this.#doc);
    this.#order ??= orderedCellIds(cells);
    const listed: Cell[] = [];
    for (const id of this.#order) {
      let cell = this.#cells.get(id);
      if (cell === undefined) this.#cells.set(id, (cell = readCell(cells, id)));
      if (cell !== undefined && cell.deleted === undefined) listed.push(cell);
    }
    return listed;
  }

  /** Deleted cells' too. */
  runs(): Runs {
    return this.#runs;
  }

  dispose(): void {
    this.#dispose();
  }

  #readRun(key: unknown): void {
    const cell = CellId.parse(key);
    if (cell === undefined) return;
    const record = parseRunRecord(notebookRoots(this.#doc).runs.get(cell));
    if (record === undefined) this.#runs.delete(cell);
    else this.#runs.set(cell, record);
  }

  #forget(events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void {
    this.#list = undefined;
    for (const event of events) {
      const keys = event instanceof Y.YMapEvent && event.path.length === 0 ? [...event.keysChanged] : [event.path[0]];
      for (const key of keys) {
        const cell = CellId.parse(key);
        if (cell !== undefined) this.#cells.delete(cell);
      }
      if (!(event.target instanceof Y.Text)) this.#order = undefined;
    }
    this.#onChange();
  }
}
