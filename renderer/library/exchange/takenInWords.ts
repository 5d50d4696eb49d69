import { UNTITLED } from "#shared/notebook/readNotebook.ts";
import type { ImportedNotebook } from "#shared/session/Meshbook.ts";

export interface TakenIn {
  /** Of the notebook that the file is of. */
  readonly title: string;
  /** Another notebook than this is open. */
  readonly elsewhere: boolean;
  readonly merged: ImportedNotebook["merged"];
}

/** What a `.meshbook` file did. */
export function takenInWords(file: string, { title, elsewhere, merged }: TakenIn): string {
  const name = `“${title === "" ? UNTITLED : title}”`;
  const other = elsewhere ? `${file} is of another notebook, ${name}. ` : "";
  if (merged === undefined) return elsewhere ? `${other}It is in your list now.` : `${name} came with ${file}.`;
  const lacks = merged.fileLacks ? " It lacks changes made here: to give them back, export a file." : "";
  return `${other}${mergedInWords(file, merged)}${lacks}`;
}

function mergedInWords(file: string, { changes, news }: NonNullable<ImportedNotebook["merged"]>): string {
  if (!news) return "Nothing new in this file.";
  if (changes === 0) return `Merged ${file}: it changes nothing that you see.`;
  return `Merged ${changes} ${changes === 1 ? "change" : "changes"} from ${file}.`;
}
