// Every change a user makes to the structure of a notebook. Each is one transaction with an origin.

import * as Y from "yjs";
import { CellId, type PeerId } from "../base/ids.ts";
import type { JsonObject, JsonValue } from "../base/parse.ts";
import type { UnixMs } from "../base/units.ts";
import { wellFormed } from "../base/wellFormed.ts";
import { cellMap, type CellKind } from "./cell.ts";
import { makeRoom, orderedCellIds, type Position } from "./cellOrder.ts";
import { USER } from "./origins.ts";
import { CELL, META, notebookRoots } from "./schema.ts";
import { textHunks } from "./textHunks.ts";

/** What a new cell starts with. */
export interface CellDraft {
  readonly kind: CellKind;
  readonly language: string;
  readonly source: string;
  readonly id?: CellId;
  readonly metadata?: JsonObject;
}

/** Who marks cells as deleted, and when. */
export interface Deleter {
  readonly peer: PeerId;
  readonly name: string;
  readonly at: UnixMs;
}

/** Where cells go: right after or right before a cell that exists, or at an end. */
export type Place = { readonly after: CellId } | { readonly before: CellId } | "start" | "end";

/** Inserts cells in the given order and returns their ids. An unknown neighbour means the end. */
export function insertCells(doc: Y.Doc, place: Place, drafts: readonly CellDraft[]): CellId[] {
  return doc.transact(() => {
    const { cells } = notebookRoots(doc);
    const order = orderedCellIds(cells);
    const positions = makeRoom(cells, order, indexOfPlace(order, place), drafts.length);
    return drafts.map((draft, index) => {
      const id = draft.id ?? CellId.create();
      cells.set(id, newCell(draft, positions[index] ?? ""));
      return id;
    });
  }, USER);
}

/** Moves cells, kept in document order among themselves. Typing that goes on in them meanwhile is kept. */
export function moveCells(doc: Y.Doc, ids: readonly CellId[], place: Place): void {
  doc.transact(() => {
    const { cells } = notebookRoots(doc);
    const order = orderedCellIds(cells);
    const moving = order.filter((id) => ids.includes(id));
    const staying = order.filter((id) => !ids.includes(id));
    const positions = makeRoom(cells, staying, indexOfPlace(staying, place), moving.length);
    moving.forEach((id, index) => cellMap(cells, id)?.set(CELL.position, positions[index]));
  }, USER);
}

/** Puts cells at positions they had before. For undo; everything else goes through `moveCells`. */
export function setCellPositions(doc: Y.Doc, positions: ReadonlyMap<CellId, Position>): void {
  doc.transact(() => {
    const { cells } = notebookRoots(doc);
    for (const [id, position] of positions) cellMap(cells, id)?.set(CELL.position, position);
  }, USER);
}

/** Marks cells as deleted. Their text stays in the document, so that typing by others is never lost with them. */
export function deleteCells(doc: Y.Doc, ids: readonly CellId[], by: Deleter): void {
  doc.transact(() => {
    const { cells } = notebookRoots(doc);
    for (const id of ids) cellMap(cells, id)?.set(CELL.deleted, { by: by.peer, name: by.name, at: by.at });
  }, USER);
}

export function restoreCells(doc: Y.Doc, ids: readonly CellId[]): void {
  doc.transact(() => {
    const { cells } = notebookRoots(doc);
    for (const id of ids) cellMap(cells, id)?.delete(CELL.deleted);
  }, USER);
}

export function setCellKind(doc: Y.Doc, id: CellId, kind: CellKind): void {
  setOnCell(doc, id, CELL.kind, kind);
}

export function setCellLanguage(doc: Y.Doc, id: CellId, language: string): void {
  setOnCell(doc, id, CELL.language, language);
}

/** The language that a file of the notebook names; cells in others say so themselves. */
export function setNotebookLanguage(doc: Y.Doc, language: string): void {
  doc.transact(() => notebookRoots(doc).meta.set(META.language, language), USER);
}

/** Replaces the `.ipynb` metadata of a cell. */
export function setCellMetadata(doc: Y.Doc, id: CellId, metadata: JsonObject): void {
  setOnCell(doc, id, CELL.metadata, metadata);
}

/** Sets one small display option of a cell, such as `outputsHidden`. */
export function setCellOption(doc: Y.Doc, id: CellId, name: string, value: boolean | string | number): void {
  doc.transact(() => {
    const options = cellMap(notebookRoots(doc).cells, id)?.get(CELL.options);
    if (options instanceof Y.Map) options.set(name, value);
  }, USER);
}

/** Replaces a cell's text by the smallest edits that do it, so that concurrent edits between them survive. */
export function setCellSource(doc: Y.Doc, id: CellId, text: string): void {
  doc.transact(() => {
    const source = cellMap(notebookRoots(doc).cells, id)?.get(CELL.source);
    if (source instanceof Y.Text) replaceText(source, text);
  }, USER);
}

export function setTitle(doc: Y.Doc, title: string): void {
  doc.transact(() => notebookRoots(doc).meta.set(META.title, title), USER);
}

export function newCell(draft: CellDraft, position: string): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  map.set(CELL.kind, draft.kind);
  map.set(CELL.language, draft.language);
  map.set(CELL.position, position);
  map.set(CELL.source, new Y.Text(wellFormed(draft.source)));
  map.set(CELL.options, new Y.Map());
  map.set(CELL.metadata, draft.metadata ?? {});
  return map;
}

function setOnCell(doc: Y.Doc, id: CellId, key: string, value: JsonValue): void {
  doc.transact(() => cellMap(notebookRoots(doc).cells, id)?.set(key, value), USER);
}

function indexOfPlace(order: readonly CellId[], place: Place): number {
  if (place === "start") return 0;
  if (place === "end") return order.length;
  const index = order.indexOf("after" in place ? place.after : place.before);
  if (index < 0) return order.length;
  return "after" in place ? index + 1 : index;
}

/**
 * Makes a text another by few small edits. From the last to the first, so that places before are still right. Half a
 * surrogate pair would be another character here than it is on every other replica.
 */
export function replaceText(text: Y.Text, next: string): void {
  for (const { at, remove, insert } of [...textHunks(text.toString(), wellFormed(next))].reverse()) {
    if (remove > 0) text.delete(at, remove);
    if (insert !== "") text.insert(at, insert);
  }
}
