// In which language new cells are, and what a notebook's own language is.

import type { CellId } from "#shared/base/ids.ts";
import { sourceLanguage, type SourceLanguage } from "#shared/dataflow/sourceLanguage.ts";
import { readCell } from "#shared/notebook/cell.ts";
import { setCellLanguage, setNotebookLanguage, type Place } from "#shared/notebook/editCells.ts";
import { readLanguage } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";

/** Queries and texts with values in them stand between programs: what follows one is rarely another. */
const BETWEEN_PROGRAMS: ReadonlySet<SourceLanguage | undefined> = new Set<SourceLanguage>([
  "sql",
  "html",
  "markdown",
  "tex",
  "mermaid",
]);

const isProgram = (language: string): boolean => language !== "" && !BETWEEN_PROGRAMS.has(sourceLanguage(language));

/** The language of the nearest program above a place, which is gone on with; without one the notebook's. */
export function languageAt({ session, order }: NotebookServices, place: Place): string {
  const { cells, meta } = notebookRoots(session.doc);
  const ids = order.get();
  for (let at = lastAbove(ids, place); at >= 0; at--) {
    const id = ids[at];
    const cell = id && readCell(cells, id);
    if (cell?.kind === "code" && isProgram(cell.language)) return cell.language;
  }
  return readLanguage(meta);
}

function lastAbove(ids: readonly CellId[], place: Place): number {
  if (place === "start") return -1;
  if (place === "end") return ids.length - 1;
  return "after" in place ? ids.indexOf(place.after) : ids.indexOf(place.before) - 1;
}

/**
 * Gives a cell another language, and the notebook, too, if nothing in it is written in one of its own: as a file it then
 * opens elsewhere with the kernel that its cells need.
 */
export function chooseLanguage({ session: { doc }, order }: NotebookServices, id: CellId, language: string): void {
  const { cells } = notebookRoots(doc);
  const isOther = (other: CellId): boolean => {
    const cell = other === id ? undefined : readCell(cells, other);
    return cell?.kind === "code" && cell.source.trim() !== "" && cell.language !== language && isProgram(cell.language);
  };
  setCellLanguage(doc, id, language);
  if (isProgram(language) && !order.get().some(isOther)) setNotebookLanguage(doc, language);
}
