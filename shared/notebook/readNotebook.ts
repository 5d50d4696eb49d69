import type * as Y from "yjs";
import { readString } from "../base/parse.ts";
import { readCell, type Cell } from "./cell.ts";
import { orderedCellIds } from "./cellOrder.ts";
import { readRuns } from "./editRuns.ts";
import type { Runs } from "./runRecord.ts";
import { documentState, META, notebookRoots, type DocumentState } from "./schema.ts";

export const TITLE_LIMIT = 200;
export const UNTITLED = "Untitled notebook";

/** A notebook as plain data at one moment. */
export interface Notebook {
  readonly state: DocumentState;
  readonly title: string;
  readonly language: string;
  /** Visible cells, in order. */
  readonly cells: readonly Cell[];
  readonly deleted: readonly Cell[];
  readonly runs: Runs;
}

export function readNotebook(doc: Y.Doc): Notebook {
  const { meta, cells } = notebookRoots(doc);
  const all = orderedCellIds(cells).flatMap((id) => readCell(cells, id) ?? []);
  return {
    state: documentState(doc),
    title: readTitle(doc),
    language: readLanguage(meta),
    cells: all.filter((cell) => cell.deleted === undefined),
    deleted: all.filter((cell) => cell.deleted !== undefined),
    runs: readRuns(doc),
  };
}

/** In which new cells are, and which a file of the notebook names. */
export const readLanguage = (meta: Y.Map<unknown>): string => readString(meta.get(META.language), 64) ?? "javascript";

export function readTitle(doc: Y.Doc): string {
  const title = notebookRoots(doc).meta.get(META.title);
  return typeof title === "string" && title.trim() !== "" ? title.slice(0, TITLE_LIMIT) : UNTITLED;
}
