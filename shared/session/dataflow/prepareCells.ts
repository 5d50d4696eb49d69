import type { FlowReader } from "../../dataflow/FlowReader.ts";
import type { Cell } from "../../notebook/cell.ts";

/** Source parsed in one go, in letters: some milliseconds. */
const LETTERS_AT_ONCE = 20_000;

/** Parses cells before they are needed, a few between two pauses: a notebook may have thousands. */
export async function prepareCells(
  reader: FlowReader,
  cells: readonly Cell[],
  pause: () => Promise<void>,
): Promise<void> {
  let letters = 0;
  for (const cell of cells) {
    if (letters > LETTERS_AT_ONCE) {
      await pause();
      letters = 0;
    }
    reader.prepare(cell);
    letters += cell.source.length;
  }
}
