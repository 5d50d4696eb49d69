// Undo of this user's own structural commands. It never takes part of the document away: an inserted cell is undone by
// marking it deleted, so that what others typed into it can be restored; a move is undone only while it is still ours.
// Typing has its own undo, one per cell (textUndo.ts), as in Jupyter: Z undoes cell commands, Ctrl-Z undoes typing.

import * as Y from "yjs";
import type { CellId, PeerId } from "../base/ids.ts";
import { assertNever } from "../base/assertNever.ts";
import type { UnixMs } from "../base/units.ts";
import { cellMap, cellSource, readKind, type CellKind } from "./cell.ts";
import { readPosition, type Position } from "./cellOrder.ts";
import {
  deleteCells,
  insertCells,
  moveCells,
  restoreCells,
  setCellKind,
  setCellPositions,
  setCellSource,
  type CellDraft,
  type Place,
} from "./editCells.ts";
import { restoreCellsFrom, restoreNotebookFrom } from "./editRestore.ts";
import { USER, type DocOrigin } from "./origins.ts";
import { notebookRoots } from "./schema.ts";

/** Commands kept for undo. More would only hold memory: nobody undoes two hundred cell commands. */
export const CELL_HISTORY_LIMIT = 200;

type CellChange =
  | { readonly type: "inserted"; readonly ids: readonly CellId[] }
  | { readonly type: "deleted"; readonly ids: readonly CellId[] }
  | { readonly type: "replaced"; readonly gone: readonly CellId[]; readonly come: readonly CellId[] }
  | { readonly type: "moved"; readonly from: Positions; readonly to: Positions }
  /** Undone by Yjs, which takes back exactly what that one transaction did, whatever others did since. */
  | { readonly type: "restored"; readonly ids: readonly CellId[]; readonly undo: Y.UndoManager }
  | { readonly type: "kind"; readonly id: CellId; readonly from: CellKind; readonly to: CellKind };

type Positions = ReadonlyMap<CellId, Position>;

/** Another text for a cell. */
export interface Rewrite {
  readonly cell: CellId;
  readonly before: string;
  readonly after: string;
}

export interface Author {
  readonly peer: PeerId;
  readonly name: string;
}

export class CellHistory {
  readonly #doc: Y.Doc;
  readonly #author: () => Author;
  readonly #now: () => UnixMs;
  #undoable: CellChange[] = [];
  #redoable: CellChange[] = [];

  constructor(doc: Y.Doc, author: () => Author, now: () => UnixMs) {
    this.#doc = doc;
    this.#author = author;
    this.#now = now;
  }

  insert(place: Place, drafts: readonly CellDraft[]): CellId[] {
    const ids = insertCells(this.#doc, place, drafts);
    this.#did({ type: "inserted", ids });
    return ids;
  }

  delete(ids: readonly CellId[]): void {
    this.#delete(ids);
    this.#did({ type: "deleted", ids });
  }

  /**
   * Puts new cells in the place of others, as one command: for merging and splitting. The texts of the old cells are not
   * touched, so that undo gives them back whole and what others type in them meanwhile is not lost.
   */
  replace(ids: readonly CellId[], drafts: readonly CellDraft[]): CellId[] {
    const [first] = ids;
    if (first === undefined) return [];
    const come = this.#doc.transact(() => {
      const inserted = insertCells(this.#doc, { before: first }, drafts);
      this.#delete(ids);
      return inserted;
    }, USER);
    this.#did({ type: "replaced", gone: ids, come });
    return come;
  }

  move(ids: readonly CellId[], place: Place): void {
    const from = this.#positions(ids);
    moveCells(this.#doc, ids, place);
    this.#did({ type: "moved", from, to: this.#positions(ids) });
  }

  setKind(id: CellId, kind: CellKind): void {
    const map = cellMap(notebookRoots(this.#doc).cells, id);
    if (map === undefined) return;
    const from = readKind(map);
    if (from === kind) return;
    setCellKind(this.#doc, id, kind);
    this.#did({ type: "kind", id, from, to: kind });
  }

  /** Makes cells, or all of them, what they were in `past`, as one command. Returns the cells touched. */
  restore(past: Y.Doc, cells?: readonly CellId[]): readonly CellId[] {
    let ids: readonly CellId[] = [];
    this.#tracked(
      () => ids,
      () => {
        ids =
          cells === undefined
            ? restoreNotebookFrom(this.#doc, past, { ...this.#author(), at: this.#now() })
            : restoreCellsFrom(this.#doc, past, cells);
      },
    );
    return ids;
  }

  /**
   * Gives cells other texts, as one command, if they still have the texts `before`. `undo` takes it back, whatever was
   * done since.
   */
  rewrite(texts: readonly Rewrite[]): { readonly changed: boolean; readonly undo: () => void } {
    const { cells } = notebookRoots(this.#doc);
    const isSame = texts.every(({ cell, before }) => cellSource(cells, cell)?.toString() === before);
    if (!isSame) return { changed: false, undo: () => undefined };
    const ids = texts.map(({ cell }) => cell);
    const write = (): void => {
      for (const { cell, after } of texts) setCellSource(this.#doc, cell, after);
    };
    const undo = this.#tracked(() => ids, write);
    return { changed: true, undo };
  }

  /** Does something in one transaction, which Yjs can take back. */
  #tracked(ids: () => readonly CellId[], act: () => void): () => void {
    // An origin of its own, so that the undo manager takes note of this one transaction.
    const origin: DocOrigin = { by: "user" };
    const undo = new Y.UndoManager(notebookRoots(this.#doc).cells, { trackedOrigins: new Set([origin]) });
    this.#doc.transact(act, origin);
    const change: CellChange = { type: "restored", ids: ids(), undo };
    this.#did(change);
    return () => {
      if (!this.#undoable.includes(change)) return;
      this.#undoable = this.#undoable.filter((one) => one !== change);
      this.#redoable.push(change);
      this.#apply(change, "undo");
    };
  }

  /** Gives back what undo keeps in memory. */
  dispose(): void {
    forget([...this.#undoable, ...this.#redoable]);
    this.#undoable = [];
    this.#redoable = [];
  }

  /** Undoes the last command not yet undone. Returns the cells it touched, empty if there was nothing to undo. */
  undo(): readonly CellId[] {
    const change = this.#undoable.pop();
    if (change === undefined) return [];
    this.#redoable.push(change);
    return this.#apply(change, "undo");
  }

  redo(): readonly CellId[] {
    const change = this.#redoable.pop();
    if (change === undefined) return [];
    this.#undoable.push(change);
    return this.#apply(change, "redo");
  }

  #did(change: CellChange): void {
    const all = [...this.#undoable, change];
    forget([...this.#redoable, ...all.slice(0, -CELL_HISTORY_LIMIT)]);
    this.#undoable = all.slice(-CELL_HISTORY_LIMIT);
    this.#redoable = [];
  }

  #apply(change: CellChange, direction: "undo" | "redo"): readonly CellId[] {
    const undo = direction === "undo";
    switch (change.type) {
      case "inserted":
      case "deleted":
        if ((change.type === "inserted") === undo) this.#delete(change.ids);
        else restoreCells(this.#doc, change.ids);
        return change.ids;
      case "replaced":
        return this.#exchange(undo ? change.come : change.gone, undo ? change.gone : change.come);
      case "moved":
        return this.#reposition(undo ? change.to : change.from, undo ? change.from : change.to);
      case "restored":
        if (undo) change.undo.undo();
        else change.undo.redo();
        return change.ids;
      case "kind":
        setCellKind(this.#doc, change.id, undo ? change.from : change.to);
        return [change.id];
      default:
        return assertNever(change);
    }
  }

  #exchange(gone: readonly CellId[], come: readonly CellId[]): readonly CellId[] {
    this.#doc.transact(() => {
      restoreCells(this.#doc, come);
      this.#delete(gone);
    }, USER);
    return come;
  }

  /** Moves back only those cells that nobody has moved since. */
  #reposition(expected: Positions, next: Positions): readonly CellId[] {
    const { cells } = notebookRoots(this.#doc);
    const ours = [...next].filter(([id]) => readPosition(cells, id) === expected.get(id));
    setCellPositions(this.#doc, new Map(ours));
    return ours.map(([id]) => id);
  }

  #positions(ids: readonly CellId[]): Positions {
    const { cells } = notebookRoots(this.#doc);
    return new Map(ids.map((id) => [id, readPosition(cells, id)]));
  }

  #delete(ids: readonly CellId[]): void {
    const { peer, name } = this.#author();
    deleteCells(this.#doc, ids, { peer, name, at: this.#now() });
  }
}

/** An undo manager listens to the document and pins deleted text until it is destroyed. */
function forget(changes: readonly CellChange[]): void {
  for (const change of changes) if (change.type === "restored") change.undo.destroy();
}
