// The first content of a notebook. It is written exactly once, by whoever creates the notebook, never by a peer that
// happens to find the document empty: an empty document may only be one that has not arrived.

import { generateNKeysBetween } from "fractional-indexing";
import * as Y from "yjs";
import { CellId, type ContentHash } from "../base/ids.ts";
import type { JsonValue } from "../base/parse.ts";
import { newCell, type CellDraft } from "./editCells.ts";
import { CREATION } from "./origins.ts";
import { writeRunRecord, type RunRecord } from "./runRecord.ts";
import { CELL, META, MIN_READER, notebookRoots, SCHEMA_VERSION } from "./schema.ts";

/** Everything a notebook starts with. Cells of a file carry their ids, their last run and what export must give back. */
export interface NotebookDraft {
  readonly title: string;
  readonly language: string;
  readonly cells: readonly SeedCell[];
  readonly ipynb?: JsonValue;
}

export interface SeedCell extends CellDraft {
  readonly run?: RunRecord;
  readonly ipynb?: JsonValue;
}

/** Writes the first content of a new notebook into `doc`, which must never have held one. */
export function createNotebook(doc: Y.Doc, draft: NotebookDraft): void {
  if (notebookRoots(doc).meta.has(META.schema)) throw new Error("this document already holds a notebook");
  doc.transact(() => writeDraft(doc, draft), CREATION);
}

/**
 * The first content as one update that depends on nothing but its arguments: two peers who import the same file apply
 * the same bytes, and a second import changes nothing. The update is authored by a client id taken from `contentId`
 * (the hash of the file), which is used for nothing else; editing goes on under each replica's own random client id.
 */
export function seedUpdate(contentId: ContentHash, draft: NotebookDraft): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = parseInt(contentId.slice(0, 8), 16);
  doc.transact(() => writeDraft(doc, draft), CREATION);
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

function writeDraft(doc: Y.Doc, draft: NotebookDraft): void {
  const { meta, cells, runs } = notebookRoots(doc);
  meta.set(META.schema, SCHEMA_VERSION);
  meta.set(META.minReader, MIN_READER);
  meta.set(META.title, draft.title);
  meta.set(META.language, draft.language);
  if (draft.ipynb !== undefined) meta.set(META.ipynb, draft.ipynb);
  const positions = generateNKeysBetween(null, null, draft.cells.length);
  draft.cells.forEach((cell, index) => {
    const id = cell.id ?? CellId.create();
    const map = newCell(cell, positions[index] ?? "");
    if (cell.ipynb !== undefined) map.set(CELL.ipynb, cell.ipynb);
    cells.set(id, map);
    if (cell.run !== undefined) runs.set(id, writeRunRecord(cell.run));
  });
}
