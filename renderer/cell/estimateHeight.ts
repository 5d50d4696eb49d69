// Heights of cells that have not been laid out yet (see content-visibility in cell.css). The better the guess, the less the
// scroll bar moves; for code without outputs it is exact.

import type { OutputRef } from "#shared/notebook/runRecord.ts";
import { expectedHeight } from "../output/height/expectedHeight.ts";

/** Pixels, as in cell.css and editor.css; without the padding of the cell, which the browser adds. */
const SOURCE_FRAME = 22;
const CAPTION = 24;
const CODE_LINE = 20;
const OUTPUTS_FRAME = 12;
const OUTPUT_GAP = 8;
const PROSE_LINE = 26;
const PROSE_FRAME = 8;
/** Characters of prose in a line of the column. */
const PROSE_LINE_LENGTH = 96;

export function codeHeight(source: string, outputs: readonly OutputRef[]): number {
  const lines = source.split("\n").length;
  const shown = outputs.reduce((sum, output) => sum + expectedHeight(output) + OUTPUT_GAP, 0);
  const below = outputs.length === 0 ? 0 : OUTPUTS_FRAME - OUTPUT_GAP + shown;
  return SOURCE_FRAME + lines * CODE_LINE + CAPTION + below;
}

export function proseHeight(source: string): number {
  const lines = source
    .split("\n")
    .reduce((sum, line) => sum + Math.max(0.5, Math.ceil(line.length / PROSE_LINE_LENGTH)), 0);
  return PROSE_FRAME + lines * PROSE_LINE;
}
