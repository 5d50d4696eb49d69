import * as Y from "yjs";
import { CellId, RunId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { flowView } from "#shared/dataflow/flowView.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { setCellSource } from "#shared/notebook/editCells.ts";
import { beginRun } from "#shared/notebook/editRuns.ts";
import { CellsReader } from "#shared/session/dataflow/CellsReader.ts";
import { median } from "../median.ts";

const CELLS = 1_000;
const ROUNDS = 10;
const EDITS = 200;

/**
 * What it takes to read the dataflow of a notebook for the first time, and after an edit of one cell. `analysis_cold_ms` is
 * the first time in a process, before the engine has compiled the parsers: what who opens a page has, in slices between
 * which the page goes on. `reanalysis_ran_ms`: where all cells have run, so that what each is worth is worked out, too.
 */
export function measureAnalysis(): Record<string, number> {
  const doc = largeDataflow();
  const cells = new CellsReader(doc, () => undefined);
  const cold = timeOf(() => analyse(cells, new FlowReader()));
  // The first rounds also compile the parsers.
  for (let round = 0; round < ROUNDS; round++) analyse(cells, new FlowReader());
  const first = Array.from({ length: ROUNDS }, () => timeOf(() => analyse(cells, new FlowReader())));
  const again = timesOfEdits(doc, cells, "edited");
  runAll(doc, cells);
  const ran = timesOfEdits(doc, cells, "changed");
  cells.dispose();
  return {
    analysis_1000_ms: median(first),
    analysis_cold_ms: cold,
    reanalysis_ms: median(again),
    reanalysis_ran_ms: median(ran),
  };
}

function timesOfEdits(doc: Y.Doc, cells: CellsReader, word: string): readonly number[] {
  const reader = new FlowReader();
  analyse(cells, reader);
  return Array.from({ length: EDITS }, (_, at) => {
    const cell = (at * 37) % CELLS;
    // Most edits leave the names of a cell as they are; some give it another.
    const edited = sourceOf(cell).replace(at % 4 === 0 ? "value" : "Part", `${word}${at}`);
    setCellSource(doc, idOf(cell), edited);
    return timeOf(() => analyse(cells, reader));
  });
}

/** As if each cell had run to its end, after those it reads. */
function runAll(doc: Y.Doc, cells: CellsReader): void {
  const reader = new FlowReader();
  const runOf = (cell: CellId): RunId => RunId.parse(`run-${cell}`)!;
  for (const { id, source, inputs } of reader.read(cells.cells()).values()) {
    const read = Object.fromEntries([...inputs].map(([name, from]) => [name, runOf(from)]));
    beginRun(doc, id, {
      ...{ run: runOf(id), by: undefined, byName: "", where: { at: "here" }, status: "ok", count: 1, outputs: [] },
      ...{ sourceHash: reader.hash(source), inputs: read, started: unixMs(0), duration: ms(1), errorAt: undefined },
    });
  }
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
