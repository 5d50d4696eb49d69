import { contentHashOfText } from "../base/hash.ts";
import type { ContentHash } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { Cell } from "../notebook/cell.ts";
import type { CellLanguage } from "../ports/Kernel.ts";
import type { CellSyntaxError, CompiledCell } from "./CompiledCell.ts";
import { compileCell } from "./javascript/compileCell.ts";
import { compilePython } from "./python/compilePython.ts";
import { compileTypescript } from "./typescript/compileTypescript.ts";
import { compileSql } from "./sql/compileSql.ts";
import { compileTemplate, type TemplateLanguage } from "./template/compileTemplate.ts";
import { resolveInputs, type NotebookFlow } from "./resolveInputs.ts";

type Compiled = Result<CompiledCell, CellSyntaxError>;

/** What a cell is written in; the kernel that runs it knows fewer languages. */
type SourceLanguage = CellLanguage | TemplateLanguage | "typescript";

/** Languages whose cells can be executed, by the names that notebooks give them. */
const LANGUAGES: ReadonlyMap<string, SourceLanguage> = new Map([
  ["javascript", "javascript"],
  ["js", "javascript"],
  ["typescript", "typescript"],
  ["ts", "typescript"],
  ["python", "python"],
  ["python3", "python"],
  ["py", "python"],
  ["sql", "sql"],
  ["duckdb", "sql"],
  ["html", "html"],
  ["markdown", "markdown"],
  ["md", "markdown"],
  ["tex", "tex"],
  ["latex", "tex"],
  ["mermaid", "mermaid"],
]);

const COMPILERS: Readonly<Record<SourceLanguage, (source: string) => Compiled>> = {
  javascript: compileCell,
  typescript: compileTypescript,
  python: compilePython,
  sql: compileSql,
  html: (source) => compileTemplate("html", source),
  markdown: (source) => compileTemplate("markdown", source),
  tex: (source) => compileTemplate("tex", source),
  mermaid: (source) => compileTemplate("mermaid", source),
};

/** Undefined for cells that take no part in the dataflow. */
const sourceLanguage = (cell: Cell): SourceLanguage | undefined =>
  cell.kind === "code" ? LANGUAGES.get(cell.language) : undefined;

/** True for cells that take part in the dataflow. */
export const isExecutable = (cell: Cell): boolean => sourceLanguage(cell) !== undefined;

/** A source may be in a notebook in two languages. */
const keyOf = (language: SourceLanguage, source: string): string => `${language} ${source}`;

/** Reads a notebook's dataflow again and again; parses only the cells that changed since the last time. */
export class FlowReader {
  #compiled = new Map<string, Compiled>();
  #hashes = new Map<string, ContentHash>();

  /** Parses a cell before it is read together with the others. */
  prepare(cell: Cell): void {
    const language = sourceLanguage(cell);
    if (language === undefined) return;
    const key = keyOf(language, cell.source);
    if (!this.#compiled.has(key)) this.#compiled.set(key, COMPILERS[language](cell.source));
  }

  /** The dataflow of `cells`, which are all visible cells in order. Cells of other kinds and languages are left out. */
  read(cells: readonly Cell[]): NotebookFlow {
    const compiled = new Map<string, Compiled>();
    const sources = cells.flatMap((cell) => {
      const language = sourceLanguage(cell);
      if (language === undefined) return [];
      const key = keyOf(language, cell.source);
      const known = compiled.get(key) ?? this.#compiled.get(key) ?? COMPILERS[language](cell.source);
      compiled.set(key, known);
      return [{ id: cell.id, source: cell.source, compiled: known }];
    });
    this.#compiled = compiled;
    return resolveInputs(sources);
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
