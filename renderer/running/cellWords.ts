import type * as Y from "yjs";
import { CellId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

/** Of the last order that was asked about: each cell of a notebook asks when the order changes. */
let numbers: { readonly order: readonly CellId[]; readonly of: ReadonlyMap<CellId, number> } | undefined;

/** How a cell is called in a sentence: by its place. Undefined for a cell that is not in the notebook any more. */
export function cellNumber(order: readonly CellId[], cell: CellId): number | undefined {
  if (numbers?.order !== order) numbers = { order, of: new Map(order.map((id, index) => [id, index + 1])) };
  return numbers.of.get(cell);
}

export function cellName(order: readonly CellId[], cell: CellId): string {
  const number = cellNumber(order, cell);
  return number === undefined ? "a deleted cell" : `cell ${number}`;
}

/** A cell as a trace that was printed names it: as a file in Python, by its id in JavaScript. */
const PRINTED_CELL = /meshbook:\/\/\/([A-Za-z0-9_-]{1,64})\/\d+|\bcell ([A-Za-z0-9_-]{1,64})(?= line \d)/g;

/** Printed text in which the cells of traces are called as everywhere: by their place. */
export function withCellNames(text: string, order: readonly CellId[]): string {
  return text.replace(PRINTED_CELL, (whole, file?: string, named?: string) => {
    const id = CellId.parse(file ?? named);
    const number = id && cellNumber(order, id);
    if (number === undefined) return file === undefined ? whole : "a deleted cell";
    return `cell ${number}`;
  });
}

/** Letters of what was printed that are looked through. */
const TAIL = 2_000;
/** Letters of a line that are shown. */
const LINE_LIMIT = 80;

/** The first line of a cell that says something. */
export function firstLine(doc: Y.Doc, cell: CellId): string {
  const source = cellSource(notebookRoots(doc).cells, cell)?.toString() ?? "";
  const line = source.split(/\r\n|[\n\r]/).find((one) => one.trim() !== "");
  return (line ?? "").trim().slice(0, LINE_LIMIT);
}

/** The last line that was printed. */
export function lastLine(outputs: readonly CellOutput[]): string {
  const printed = outputs.filter((output) => output.output_type === "stream").at(-1);
  const text = printed?.text.slice(-TAIL) ?? "";
  const line = text
    .split(/\r\n|[\n\r]/)
    .filter((one) => one.trim() !== "")
    .at(-1);
  return (line ?? "").trim().slice(0, LINE_LIMIT);
}
