import type { CellId } from "../base/ids.ts";
import type { CellFlow } from "./flowView.ts";

type FlowOfCells = ReadonlyMap<CellId, CellFlow>;

/**
 * Cells that have run and read from other cells after a change of the order than before it. Left out are those that would
 * execute a text nobody has executed yet, their own or that of a cell they read from: a change of the order is no wish to run it.
 */
export function readElsewhere(before: FlowOfCells, after: FlowOfCells): readonly CellId[] {
  const ran = (cell: CellId): boolean => {
    const freshness = after.get(cell)?.freshness ?? "never";
    return freshness !== "never" && freshness !== "changed";
  };
  return [...after.values()]
    .filter((flow) => ran(flow.cell) && isOther(before.get(flow.cell), flow))
    .filter(({ reads }) => reads.every(({ from }) => ran(from)))
    .map(({ cell }) => cell);
}

/** Of a cell that came back only its last run says what it read. */
function isOther(before: CellFlow | undefined, { freshness, reads }: CellFlow): boolean {
  if (before === undefined) return freshness === "inputs-changed";
  if (before.reads === reads) return false;
  const from = new Map(before.reads.map((read) => [read.name, read.from]));
  return from.size !== reads.length || reads.some((read) => from.get(read.name) !== read.from);
}
