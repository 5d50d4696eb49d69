import * as Y from "yjs";
import { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { flowView } from "#shared/dataflow/flowView.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { setCellSource } from "#shared/notebook/editCells.ts";
import { CellsReader } from "#shared/session/dataflow/CellsReader.ts";
import { median } from "../median.ts";

const CELLS = 1_000;
const ROUNDS = 10;
const EDITS = 200;

/** What it takes to read the dataflow of a notebook for the first time, and after an edit of one cell. */
export function measureAnalysis(): Record<string, number> {
  const doc = largeDataflow();
  const cells = new CellsReader(doc, () => undefined);
  // The first rounds also compile the parsers.
  for (let round = 0; round < ROUNDS; round++) analyse(cells, new FlowReader());
  const first = Array.from({ length: ROUNDS }, () => timeOf(() => analyse(cells, new FlowReader())));
  const reader = new FlowReader();
  analyse(cells, reader);
  const again = Array.from({ length: EDITS }, (_, at) => {
    const cell = (at * 37) % CELLS;
    // Most edits leave the names of a cell as they are; some give it another.
    const edited = sourceOf(cell).replace(at % 4 === 0 ? "value" : "Part", `edited${at}`);
    setCellSource(doc, idOf(cell), edited);
    return timeOf(() => analyse(cells, reader));
  });
  cells.dispose();
  return { analysis_1000_ms: median(first), reanalysis_ms: median(again) };
}

function analyse(cells: CellsReader, reader: FlowReader): void {
  const shown = cells.cells();
  const ids = new Set(shown.map(({ id }) => id));
  flowView({
    flow: reader.read(shown),
    runs: cells.runs(),
    hash: (source) => reader.hash(source),
    isThere: (cell) => ids.has(cell),
  });
}

function timeOf(action: () => void): number {
  const before = performance.now();
  action();
  return performance.now() - before;
}

function largeDataflow(): Y.Doc {
  const doc = new Y.Doc();
  const cells = Array.from({ length: CELLS }, (_, index) => ({
    ...{ id: idOf(index), kind: "code" as const, source: sourceOf(index) },
    language: index % 2 === 0 ? "javascript" : "python",
  }));
  createNotebook(doc, { title: "Analysis", language: "javascript", cells });
  return doc;
}

const idOf = (index: number): CellId => CellId.parse(`cell-${index}`)!;

/** A cell of some lines that defines two names and reads from two cells above. */
function sourceOf(index: number): string {
  const [near, far] = [Math.max(0, index - 2), Math.max(0, index - 20)];
  if (index % 2 === 0) {
    return [
      `// Part ${index}`,
      `const value${index} = [1, 2, 3].map((item) => item * (value${near} ?? 1));`,
      `function total${index}(items) {`,
      `  let sum = 0;`,
      `  for (const item of items) sum += item;`,
      `  return sum;`,
      `}`,
      `total${index}(value${index}) + total${far}([1])`,
    ].join("\n");
  }
  return [
    `# Part ${index}`,
    `value${index} = [item * 2 for item in range(3)]`,
    `def total${index}(items):`,
    `    sum = 0`,
    `    for item in items:`,
    `        sum += item`,
    `    return sum`,
    `total${index}(value${near}) + total${far}([1])`,
  ].join("\n");
}
