import encodeQR from "qr";

/** A QR code as one SVG path: a square of 1 × 1 for each dark module, in a picture of `size` × `size`. */
export interface QrPath {
  readonly size: number;
  readonly path: string;
}

/** Light modules around the code that readers need to find it (ISO/IEC 18004 asks for four). */
const QUIET_ZONE = 4;

/** Medium error correction: a smear or a reflection on the projector is read through. */
export function qrPath(text: string): QrPath {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  const runs = rows.flatMap((row, y) => darkRuns(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size: rows.length, path: runs.join("") };
}

/** Neighbouring dark modules of a row as one run, so that no hairline shows between them. */
function darkRuns(row: readonly boolean[]): readonly (readonly [start: number, length: number])[] {
  const runs: [number, number][] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last !== undefined && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  });
  return runs;
}
