import type * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { CellId } from "#shared/base/ids.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { sourceMarks, type SourceMark } from "#shared/dataflow/names/sourceMarks.ts";
import { visibleNames } from "#shared/dataflow/names/visibleNames.ts";
import type { NotebookFlow } from "#shared/dataflow/resolveInputs.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

/** Typing pauses longer than this before cells are read again: reading never falls between two keys. */
const PAUSE: Milliseconds = ms(500);
/** Where others type without a pause, cells are read after this long all the same. */
const PATIENCE: Milliseconds = ms(3_000);

/** What the cells of a notebook define and read, read again after a pause in changes. Follows from when it is made. */
export class NotebookNames {
  /** They were read again. */
  readonly changed = new Emitter<undefined>();
  readonly #doc: Y.Doc;
  readonly #after: (delay: Milliseconds, callback: () => void) => Dispose;
  readonly #reader: FlowReader;
  /** What cells defined when they could last be read. */
  readonly #defined = new Map<CellId, readonly string[]>();
  readonly #unobserve: Dispose;
  #cells: readonly Cell[] = [];
  #flow: NotebookFlow = new Map();
  #wait: Dispose | undefined;
  /** When the first change came that was not told yet. */
  #since: number | undefined;
  #current = false;

  /** `reader`: the document's, which has parsed its cells. */
  constructor(doc: Y.Doc, reader: FlowReader, after: (delay: Milliseconds, callback: () => void) => Dispose) {
    this.#doc = doc;
    this.#reader = reader;
    this.#after = after;
    const { cells } = notebookRoots(doc);
    const later = (): void => {
      this.#current = false;
      this.#later(PAUSE);
    };
    cells.observeDeep(later);
    this.#unobserve = () => cells.unobserveDeep(later);
    this.#later(ms(0));
  }

  get cells(): readonly Cell[] {
    return this.#cells;
  }

  get flow(): NotebookFlow {
    return this.#flow;
  }

  cell(id: CellId): Cell | undefined {
    return this.#cells.find((cell) => cell.id === id);
  }

  /** From 1; undefined for a cell that is gone. */
  number(id: CellId): number | undefined {
    const index = this.#cells.findIndex((cell) => cell.id === id);
    return index < 0 ? undefined : index + 1;
  }

  /** The names that a cell can read from others, with the cells that define them. */
  visible(cell: CellId): ReadonlyMap<string, CellId> {
    return visibleNames(this.#flow, cell);
  }

  /** Whether the cell defines the name itself, now or before it became unreadable. */
  defines(cell: CellId, name: string): boolean {
    return this.#defined.get(cell)?.includes(name) ?? false;
  }

  marks(id: CellId): readonly SourceMark[] {
    const cell = this.cell(id);
    if (cell === undefined) return [];
    const known = new Set([...this.#defined].flatMap(([other, names]) => (this.#isBroken(other) ? names : [])));
    return sourceMarks(cell, this.#flow, { known, cellName: (other) => `cell ${this.number(other) ?? "?"}` });
  }

  /** Reads what was changed since, for a question that cannot wait. Others are told after the pause, as ever. */
  catchUp(): void {
    if (this.#current) return;
    this.#current = true;
    this.#cells = readNotebook(this.#doc).cells;
    this.#flow = this.#reader.read(this.#cells);
    for (const id of this.#defined.keys()) if (!this.#flow.has(id)) this.#defined.delete(id);
    for (const { id, compiled } of this.#flow.values()) if (compiled.ok) this.#defined.set(id, compiled.value.defines);
  }

  dispose(): void {
    this.#unobserve();
    this.#wait?.();
  }

  #isBroken(id: CellId): boolean {
    return this.#flow.get(id)?.compiled.ok === false;
  }

  #later(delay: Milliseconds): void {
    const now = performance.now();
    this.#since ??= now;
    if (this.#wait !== undefined && now - this.#since > PATIENCE) return;
    this.#wait?.();
    this.#wait = this.#after(delay, () => this.#read());
  }

  #read(): void {
    this.#wait = undefined;
    this.#since = undefined;
    this.catchUp();
    this.changed.emit(undefined);
  }
}
