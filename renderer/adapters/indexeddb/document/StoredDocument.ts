import { fetchUpdates, PREFERRED_TRIM_SIZE } from "y-indexeddb";
import * as Y from "yjs";
import { StorageError } from "#shared/base/errors.ts";
import { kib, type Bytes } from "#shared/base/units.ts";
import { writePart, type KnownClocks } from "#shared/adapters/parts/writePart.ts";
import { nextTask } from "#shared/base/nextTask.ts";
import { mergeRows } from "./mergeRows.ts";
import { storageFailure } from "../storageFailure.ts";
import {
  addLastRows,
  addRows,
  applyRows,
  deleteRowsBelow,
  harden,
  holdsRow,
  keepGenerationBelow,
  readGeneration,
  readRows,
  readSnapshotEnd,
  setAside,
  type Row,
} from "./roomRows.ts";
import type { Durability } from "../transaction.ts";

/** Below this, increments are not worth a compaction however small the snapshot is. */
const COMPACT_BYTES: Bytes = kib(256);

/** Larger snapshots are several rows, each made and stored between two keys. */
const SNAPSHOT_ROW: Bytes = kib(512);
/** Rows applied in one go when a document is opened. */
const LOAD_SLICE: Bytes = kib(1024);

/** Share of the snapshot that increments may have when the notebook is closed: it is stored compactly until it is opened. */
const RESTING_SHARE = 0.05;
/** Fewer bytes are not worth writing a snapshot for. */
const RESTING_BYTES: Bytes = kib(16);

/** What `fetchUpdates` uses of an `IndexeddbPersistence`, whose constructor would open and append by itself. */
interface StockCursor {
  readonly doc: Y.Doc;
  readonly db: IDBDatabase;
  readonly _destroyed: boolean;
  _dbref: number;
  _dbsize: number;
}
// reason: its declared parameter is the whole class; the fields above are all it reads and writes (y-indexeddb 9.0.12).
const readAsStock = fetchUpdates as unknown as (cursor: StockCursor) => Promise<unknown>;

/**
 * A document and its rows, over one connection.
 *
 * 1. A row is deleted only after it was applied to our document, and a snapshot of the document was stored, completed
 *    and read back equal. So a crash anywhere leaves at worst rows that a snapshot repeats.
 * 2. A row added by another tab after we read has a key that we do not delete; the next compaction reads it first.
 *    So two tabs may append and compact at the same time.
 * 3. Damaged rows are never applied and never deleted by compaction.
 * 4. What a snapshot replaced is kept until the next one: one row of it may be damaged.
 * 5. A large snapshot is several rows, each of which builds on the ones before. What changes while they are written is in
 *    rows of its own and in the last of them.
 */
export class StoredDocument {
  readonly #db: IDBDatabase;
  readonly #doc: Y.Doc;
  readonly #origin: unknown;
  /** First key not read yet. */
  #next = 0;
  #rows = 0;
  #snapshotBytes = 0;
  #laterBytes = 0;
  #counted = false;
  #relaxed = false;
  #mended = false;
  /** Raised when there was no room for a snapshot: not to try again with every batch. */
  #patience = 1;

  constructor(db: IDBDatabase, doc: Y.Doc, origin: unknown) {
    this.#db = db;
    this.#doc = doc;
    this.#origin = origin;
  }

  /** By rows, as y-indexeddb counts them, or because the increments outweigh the snapshot. */
  get wantsCompaction(): boolean {
    const rows = PREFERRED_TRIM_SIZE * this.#patience;
    const bytes = Math.max(this.#snapshotBytes, COMPACT_BYTES) * this.#patience;
    return this.#rows >= rows || this.#laterBytes > bytes;
  }

  /** The same for a document that nobody has open any more. */
  get wantsRest(): boolean {
    return this.#laterBytes > Math.max(this.#snapshotBytes * RESTING_SHARE, RESTING_BYTES) * this.#patience;
  }

  postponeCompaction(): void {
    this.#patience *= 2;
  }

  /** True if part of the document came from what a compaction replaced, where a stock client would not read it. */
  get wasMended(): boolean {
    return this.#mended;
  }

  /** True if storage holds nothing of the document. */
  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /**
   * Applies all rows not read yet; if some are damaged, also what the last compaction replaced. Gives the number of
   * damaged ones. @throws DOMException
   */
  async load(): Promise<number> {
    const damaged = await this.#apply();
    if (damaged.length > 0) {
      const before = await readGeneration(this.#db);
      applyRows(this.#doc, before, this.#origin);
      this.#mended = before.length > 0;
    }
    const first = damaged[0]?.key;
    try {
      if (damaged.length > 0) await setAside(this.#db, damaged);
    } catch {
      // Storage is full: they stay where they are, to be found again before anything is deleted. The rest is loaded.
      if (typeof first === "number") this.#next = first;
    }
    return damaged.length;
  }

  /**
   * What the document holds and storage does not, read from it as a stock y-indexeddb would; undefined if nothing.
   * Deletions count, which a state vector alone would not show.
   */
  async missing(): Promise<Uint8Array | undefined> {
    const stored = new Y.Doc();
    try {
      await readAsStock({ db: this.#db, doc: stored, _dbref: 0, _dbsize: 0, _destroyed: false });
    } catch {
      // What cannot be read cannot be relied on: store everything again. If storage is gone, that write will say so.
      return Y.encodeStateAsUpdate(this.#doc);
    }
    const same = Y.equalSnapshots(Y.snapshot(stored), Y.snapshot(this.#doc));
    return same ? undefined : Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(stored));
  }

  /** Stores updates, merged to few rows. @throws DOMException */
  async append(updates: readonly Uint8Array[], durability: Durability): Promise<void> {
    const rows = mergeRows(updates);
    await addRows(this.#db, rows, durability);
    this.#relaxed = durability === "relaxed";
    this.#rows += rows.length;
    this.#laterBytes += sizeOf(rows);
  }

  /** For a page that goes: the browser still stores these. They may be stored already, or again later. */
  rescue(updates: readonly Uint8Array[]): void {
    try {
      addLastRows(this.#db, mergeRows(updates));
    } catch {
      // The database is closed or closing: nothing can be done in what is left of the page.
    }
  }

  /** Makes what was stored last through a power loss. @throws DOMException */
  async harden(): Promise<void> {
    if (!this.#relaxed) return;
    await harden(this.#db);
    this.#relaxed = false;
  }

  /**
   * Replaces the rows by a snapshot. `between`: what waits to be stored meanwhile may `append`.
   * @throws DOMException, StorageError when the snapshot does not read back
   */
  async compact(between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const damaged = await this.#apply();
    if (damaged.length > 0) await setAside(this.#db, damaged);
    const covered = this.#next;
    const before = { rows: this.#rows, laterBytes: this.#laterBytes };
    const written = await this.#writeSnapshot(between);
    await this.#retire(covered);
    this.#snapshotBytes = written.bytes;
    this.#laterBytes -= before.laterBytes;
    this.#rows += written.rows - before.rows;
    this.#patience = 1;
  }

  async #writeSnapshot(between: () => Promise<void>): Promise<{ readonly rows: number; readonly bytes: number }> {
    let known: KnownClocks = new Map();
    for (let [rows, bytes] = [1, 0]; ; rows++) {
      const part = writePart(this.#doc, known, SNAPSHOT_ROW);
      const row = part?.update ?? Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(new Map(known)));
      // A strict write takes the earlier ones of its log along.
      const key = await addRows(this.#db, [row], part === undefined ? "strict" : "relaxed", part === undefined);
      if (!(await holdsRow(this.#db, key, row))) {
        throw new StorageError("storage-corrupt", "a snapshot did not read back as it was written");
      }
      bytes += row.length;
      if (part === undefined) return { rows, bytes };
      known = part.known;
      await nextTask();
      await between();
    }
  }

  /** Keeps what a snapshot replaced for one generation, where there is room for it. */
  async #retire(below: number): Promise<void> {
    try {
      await keepGenerationBelow(this.#db, below);
    } catch (error) {
      if (storageFailure(error).code !== "storage-full") throw error;
      await deleteRowsBelow(this.#db, below);
    }
  }

  close(): void {
    this.#db.close();
  }

  async #apply(): Promise<readonly Row[]> {
    const rows = await readRows(this.#db, this.#next);
    const damaged: Row[] = [];
    for (const [index, slice] of inSlices(rows).entries()) {
      if (index > 0) await nextTask();
      damaged.push(...applyRows(this.#doc, slice, this.#origin));
    }
    if (!this.#counted) await this.#count(rows);
    const last = rows.at(-1)?.key;
    if (typeof last === "number") this.#next = last + 1;
    return damaged;
  }

  async #count(rows: readonly Row[]): Promise<void> {
    this.#counted = true;
    const end = rows.length === 0 ? undefined : await readSnapshotEnd(this.#db);
    const inSnapshot = rows.filter(({ key }) => typeof key === "number" && key <= (end ?? 0)).length;
    // A snapshot that a stock y-indexeddb made is the first row.
    const count = Math.max(1, inSnapshot);
    this.#snapshotBytes = sizeOf(rows.slice(0, count).map(bytesOf));
    this.#laterBytes = sizeOf(rows.slice(count).map(bytesOf));
    this.#rows = rows.length;
  }
}

/** Rows one after another that are not too much at a time. */
function inSlices(rows: readonly Row[]): readonly (readonly Row[])[] {
  const slices: Row[][] = [];
  let size = Infinity;
  for (const row of rows) {
    if (size >= LOAD_SLICE) {
      slices.push([]);
      size = 0;
    }
    slices.at(-1)?.push(row);
    size += bytesOf(row).length;
  }
  return slices;
}

function bytesOf(row: Row): Uint8Array {
  return row.value instanceof Uint8Array ? row.value : new Uint8Array();
}

function sizeOf(updates: readonly Uint8Array[]): number {
  return updates.reduce((sum, update) => sum + update.length, 0);
}
