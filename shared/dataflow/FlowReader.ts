import { contentHashOfText } from "../base/hash.ts";
import type { ContentHash } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { Cell } from "../notebook/cell.ts";
import { compileCell, type CompiledCell } from "./javascript/compileCell.ts";
import type { CellSyntaxError } from "./javascript/parseCell.ts";
import { resolveInputs, type NotebookFlow } from "./resolveInputs.ts";

/** Languages whose cells can be executed, as notebooks name them. */
const JAVASCRIPT: ReadonlySet<string> = new Set(["javascript", "js"]);

/** True for cells that take part in the dataflow. */
export const isExecutable = (cell: Cell): boolean => cell.kind === "code" && JAVASCRIPT.has(cell.language);

/** Reads a notebook's dataflow again and again; parses only the cells that changed since the last time. */
export class FlowReader {
  #compiled = new Map<string, Result<CompiledCell, CellSyntaxError>>();
  #hashes = new Map<string, ContentHash>();

  /** Parses a cell before it is read together with the others. */
  prepare(cell: Cell): void {
    if (!isExecutable(cell) || this.#compiled.has(cell.source)) return;
    this.#compiled.set(cell.source, compileCell(cell.source));
  }

  /** The dataflow of `cells`, which are all visible cells in order. Cells of other kinds and languages are left out. */
  read(cells: readonly Cell[]): NotebookFlow {
    const compiled = new Map<string, Result<CompiledCell, CellSyntaxError>>();
    for (const cell of cells) {
      if (!isExecutable(cell) || compiled.has(cell.source)) continue;
      compiled.set(cell.source, this.#compiled.get(cell.source) ?? compileCell(cell.source));
    }
    this.#compiled = compiled;
    return resolveInputs(
      cells.flatMap((cell) => {
        const known = isExecutable(cell) ? compiled.get(cell.source) : undefined;
        return known === undefined ? [] : [{ id: cell.id, source: cell.source, compiled: known }];
      }),
    );
  }

  /** `contentHashOfText` of a source, kept while the source is in the notebook. */
  hash(source: string): ContentHash {
    let hash = this.#hashes.get(source);
    if (hash === undefined) {
      if (this.#hashes.size > 2 * this.#compiled.size + HASHES_KEPT) this.#hashes.clear();
      hash = contentHashOfText(source);
      this.#hashes.set(source, hash);
    }
    return hash;
  }
}

/** Hashes kept beyond those of the notebook's cells: every keystroke makes a new source. */
const HASHES_KEPT = 100;
