import type { ReactElement } from "react";
import type { CellFlow } from "#shared/dataflow/flowView.ts";

/** Pixels of a cell's row. */
export const ROW_HEIGHT = 52;
/** Pixels to the left of the rows. */
const WIDTH = 56;
/** Arcs that are drawn; beyond, they would be a grey wall. The rows say the same in words. */
const ARCS_SHOWN = 600;

/** Lines from each cell to those that read from it, beside the rows. For the eye only. */
export function FlowArcs({ cells }: { readonly cells: readonly CellFlow[] }): ReactElement {
  const rows = new Map(cells.map(({ cell }, index) => [cell, index]));
  const arcs = cells.flatMap(({ cell, reads, reason }) => {
    const to = rows.get(cell) ?? 0;
    return [...new Set(reads.map(({ from }) => from))].flatMap((from) => {
      const at = rows.get(from);
      return at === undefined
        ? []
        : [{ from: at, to, stale: reason !== undefined && "cell" in reason && reason.cell === from }];
    });
  });
  return (
    <svg className="dataflow__arcs" width={WIDTH} height={cells.length * ROW_HEIGHT} aria-hidden>
      {arcs.slice(0, ARCS_SHOWN).map((arc) => (
        <path key={`${arc.from}-${arc.to}`} d={path(arc.from, arc.to)} className={arc.stale ? "stale" : ""} />
      ))}
      {cells.map(({ cell }, index) => (
        <circle key={cell} cx={WIDTH - 6} cy={middle(index)} r={3} />
      ))}
    </svg>
  );
}

const middle = (row: number): number => row * ROW_HEIGHT + 16;

/** The further two rows are apart, the wider the arc, up to the edge. */
function path(from: number, to: number): string {
  const right = WIDTH - 6;
  const left = right - Math.min(WIDTH - 10, 12 + Math.abs(to - from) * 7);
  const [start, end] = [middle(from) + 3, middle(to) - 3];
  return `M ${right} ${start} C ${left} ${start}, ${left} ${end}, ${right} ${end}`;
}
