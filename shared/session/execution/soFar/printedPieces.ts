import type { CellOutput } from "../../../notebook/output.ts";

/**
 * Sizes of pieces in UTF-16 units. The smallest stands in the document itself, in scripts of two bytes a letter too; what
 * is printed is stored once in each of the other sizes, however long it takes to come.
 */
const SIZES = [65_536, 8_192, 480] as const;
const [, , SMALLEST] = SIZES;

/**
 * What was printed, in pieces of which all but the last few stay as they are while more is printed: each of the largest
 * size for which there is enough left. Any other output whole. Joined they are the output again.
 */
export function printedPieces(output: CellOutput): readonly CellOutput[] {
  if (output.output_type !== "stream" || output.text.length <= SMALLEST) return [output];
  const pieces: CellOutput[] = [];
  for (let at = 0; at < output.text.length;) {
    const left = output.text.length - at;
    const size = SIZES.find((possible) => possible <= left) ?? left;
    pieces.push({ ...output, text: output.text.slice(at, at + size) });
    at += size;
  }
  return pieces;
}
