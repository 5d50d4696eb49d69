import type * as Y from "yjs";
import { disposeAll, type Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import { contentHashOfText } from "../../base/hash.ts";
import { RunId, type CellId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import { fitting, type Control, type ControlValue, type ControlValues } from "../../notebook/controls/control.ts";
import { moveShared, readShared, type ControlMove } from "../../notebook/controls/sharedControls.ts";
import type { RunRecord, Runs } from "../../notebook/runRecord.ts";
import { notebookRoots } from "../../notebook/schema.ts";
import type { Clock } from "../../ports/Clock.ts";

/** While a control is dragged it counts no more often: each time may be a write that goes to everybody, and a run. */
export const MOVE_EVERY: Milliseconds = ms(100);
/** Letters of a hash that make the name of a version. */
const VERSION_LETTERS = 32;
const NOTHING: ControlValues = {};

/** Where the controls of a notebook stand, for those who show them and move them. */
export interface ControlBoard {
  /** Where somebody moved a control; undefined where its cell puts it. Follows each step of a drag. */
  at(cell: CellId, control: Control): Readable<ControlValue | undefined>;
  /** Moves it. The cells that read it hear of it within `MOVE_EVERY`, and of the last move of many. */
  move(cell: CellId, control: Control, value: ControlValue): void;
  /** What the cells that read from these runs have read, if they read it now: see `NotebookControls`. */
  withVersions(runs: Runs): Runs;
  /** Something moved so that `withVersions` gives others. */
  onMoved(listener: (cells: readonly CellId[]) => void): Dispose;
}

/** This user. */
export interface Mover {
  /** Whether they may move controls, which may write into the document. */
  readonly may: () => boolean;
  /** They moved controls of these cells, and it counts now. */
  readonly moved: (cells: readonly CellId[]) => void;
}

const ANYBODY: Mover = { may: () => true, moved: () => undefined };

/**
 * Where the controls of a notebook stand: shared ones in the document, those of one's own in this object, until it ends.
 *
 * A cell is executed with its controls as they stand, so that they are part of what it gives. A move executes nothing and
 * writes no run: it makes another *version* of the cell's last run, of which kernels do not hold the values and which its
 * readers have not read. So its readers are out of date, and whoever reads from it next has it executed again, unheard,
 * with the controls where they are. Moved back, it is the run that it was.
 */
export class NotebookControls implements ControlBoard {
  readonly #doc: Y.Doc;
  readonly #clock: Clock;
  readonly #mover: Mover;
  readonly #moved = new Emitter<readonly CellId[]>();
  /** Moved by this user here. */
  readonly #own = new Map<CellId, ControlValues>();
  #shared: ReadonlyMap<CellId, ControlValues>;
  /** Both together, made when first asked for. */
  readonly #whole = new Map<CellId, ControlValues>();
  readonly #versions = new WeakMap<ControlValues, Map<RunId, RunId>>();
  /** Moves that do not count yet. */
  readonly #pending = new Map<string, ControlMove & { readonly shared: boolean }>();
  readonly #shown = new Map<
    string,
    { readonly value: Value<ControlValue | undefined>; readonly control: Control; readonly cell: CellId }
  >();
  readonly #disposes: readonly Dispose[];
  #timer: Dispose | undefined;

  constructor(doc: Y.Doc, clock: Clock, mover: Mover = ANYBODY) {
    this.#doc = doc;
    this.#clock = clock;
    this.#mover = mover;
    this.#shared = byCell(readShared(doc));
    const { controls } = notebookRoots(doc);
    const observer = (): void => this.#readShared();
    controls.observe(observer);
    this.#disposes = [() => controls.unobserve(observer)];
  }

  at(cell: CellId, control: Control): Readable<ControlValue | undefined> {
    const name = nameOf(cell, control.key);
    const known = this.#shown.get(name);
    if (known !== undefined && known.control.kind === control.kind) return known.value;
    const value = new Value(this.#find(cell, control));
    this.#shown.set(name, { value, control, cell });
    return value;
  }

  move(cell: CellId, control: Control, to: ControlValue): void {
    const fits = fitting(control, to);
    if (fits === undefined || !this.#mover.may()) return;
    const value = isSame(fits, control.value) ? undefined : fits;
    const { key, shared } = control;
    this.#pending.set(nameOf(cell, key), { cell, key, shared, value });
    this.#shown.get(nameOf(cell, key))?.value.set(value);
    if (this.#timer !== undefined) return;
    this.#timer = this.#clock.after(MOVE_EVERY, () => this.#again());
    this.#apply();
  }

  /** Where somebody moved the controls of a cell: what it is executed with. */
  of(cell: CellId): ControlValues {
    let whole = this.#whole.get(cell);
    if (whole === undefined) {
      const [shared, own] = [this.#shared.get(cell), this.#own.get(cell)];
      whole = shared === undefined ? (own ?? NOTHING) : own === undefined ? shared : { ...shared, ...own };
      this.#whole.set(cell, whole);
    }
    return whole;
  }

  /** The name of what `run` of `cell` gives with its controls as they stand: its own where nobody moved one. */
  version(cell: CellId, run: RunId): RunId {
    const values = this.of(cell);
    if (Object.keys(values).length === 0) return run;
    const known = this.#versions.get(values) ?? new Map<RunId, RunId>();
    this.#versions.set(values, known);
    let version = known.get(run);
    if (version === undefined) {
      const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
      const name = contentHashOfText(JSON.stringify([run, sorted])).slice(0, VERSION_LETTERS);
      version = RunId.parse(name) ?? run;
      known.set(run, version);
    }
    return version;
  }

  withVersions(runs: Runs): Runs {
    if (this.#own.size === 0 && this.#shared.size === 0) return runs;
    const versions = new Map<CellId, RunRecord>(runs);
    for (const cell of new Set([...this.#own.keys(), ...this.#shared.keys()])) {
      const record = runs.get(cell);
      if (record !== undefined) versions.set(cell, { ...record, run: this.version(cell, record.run) });
    }
    return versions;
  }

  onMoved(listener: (cells: readonly CellId[]) => void): Dispose {
    return this.#moved.subscribe(listener);
  }

  /** What waits counts now, and nothing is followed any more. */
  close(): void {
    this.#timer?.();
    this.#apply();
    disposeAll([...this.#disposes]);
  }

  #again(): void {
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    this.#timer = this.#clock.after(MOVE_EVERY, () => this.#again());
    this.#apply();
  }

  #apply(): void {
    const moves = [...this.#pending.values()];
    this.#pending.clear();
    for (const { cell, key, value } of moves.filter(({ shared }) => !shared)) {
      const others = Object.entries(this.#own.get(cell) ?? NOTHING).filter(([other]) => other !== key);
      const own = Object.fromEntries(value === undefined ? others : [...others, [key, value] as const]);
      if (Object.keys(own).length === 0) this.#own.delete(cell);
      else this.#own.set(cell, own);
      this.#whole.delete(cell);
    }
    const own = moves.flatMap(({ cell, shared }) => (shared ? [] : [cell]));
    if (own.length > 0) this.#moved.emit([...new Set(own)]);
    // Heard through the document, as the moves of others are.
    moveShared(
      this.#doc,
      moves.filter(({ shared }) => shared),
    );
    if (moves.length > 0) this.#mover.moved([...new Set(moves.map(({ cell }) => cell))]);
  }

  #readShared(): void {
    const before = this.#shared;
    this.#shared = byCell(readShared(this.#doc));
    const cells = [...new Set([...before.keys(), ...this.#shared.keys()])];
    const changed = cells.filter((cell) => JSON.stringify(before.get(cell)) !== JSON.stringify(this.#shared.get(cell)));
    for (const cell of changed) this.#whole.delete(cell);
    for (const [name, { value, control, cell }] of this.#shown) {
      // What is being dragged here stays under the finger.
      if (changed.includes(cell) && !this.#pending.has(name)) value.set(this.#find(cell, control));
    }
    if (changed.length > 0) this.#moved.emit(changed);
  }

  #find(cell: CellId, { key, shared }: Control): ControlValue | undefined {
    const pending = this.#pending.get(nameOf(cell, key));
    if (pending !== undefined) return pending.value;
    const values = shared ? this.#shared.get(cell) : this.#own.get(cell);
    return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
  }
}

const nameOf = (cell: CellId, key: string): string => `${cell}/${key}`;

function byCell(moves: ReturnType<typeof readShared>): ReadonlyMap<CellId, ControlValues> {
  const cells = new Map<CellId, Record<string, ControlValue>>();
  for (const { cell, key, value } of moves) {
    const known = cells.get(cell) ?? {};
    cells.set(cell, known);
    known[key] = value;
  }
  return cells;
}

/** Lists of numbers are the only values that are no plain ones, beside files, which are never where a cell puts them. */
const isSame = (one: ControlValue, other: ControlValue | undefined): boolean =>
  one === other || (Array.isArray(one) && Array.isArray(other) && one.join() === other.join());
