import type { CellId } from "#shared/base/ids.ts";

/** As traces and errors name a cell: by its id, which a page makes a link of; in a trace of Python as a file. */
const NAMED = /\bcell ([A-Za-z0-9_-]{1,64})|meshbook:\/\/\/([A-Za-z0-9_-]{1,64})\/\d+/g;

/** Names each cell of the notebook in `text` by its place, as in “cell 2”: without a page nobody knows ids. */
export function withCellNumbers(text: string, cells: readonly CellId[]): string {
  return text.replace(NAMED, (whole, named?: string, file?: string) => {
    const at = cells.findIndex((id) => id === (named ?? file));
    return at < 0 ? whole : `cell ${at + 1}`;
  });
}
