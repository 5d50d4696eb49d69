import { contentHashOfText } from "../base/hash.ts";
import type { CellId, ContentHash } from "../base/ids.ts";
import { err, type Result } from "../base/result.ts";
import type { Cell } from "../notebook/cell.ts";
import { NESTED_TOO_DEEPLY, type CellSyntaxError, type CompiledCell } from "./CompiledCell.ts";
import { compileCell } from "./javascript/compileCell.ts";
import { compilePython } from "./python/compilePython.ts";
import { parsePython } from "./python/syntax/parsePython.ts";
import { compileTypescript } from "./typescript/compileTypescript.ts";
import { compileSql } from "./sql/compileSql.ts";
import { compileTemplate } from "./template/compileTemplate.ts";
import { FlowResolver } from "./FlowResolver.ts";
import type { CompiledSource, NotebookFlow } from "./resolveInputs.ts";
import { sourceLanguage, type SourceLanguage } from "./sourceLanguage.ts";

type Compiled = Result<CompiledCell, CellSyntaxError>;

const COMPILERS: Readonly<Record<SourceLanguage, (source: string) => Compiled>> = {
  javascript: (source) => explained(compileCell(source), source),
  typescript: (source) => explained(compileTypescript(source), source),
  python: compilePython,
  sql: compileSql,
  html: (source) => compileTemplate("html", source),
  markdown: (source) => compileTemplate("markdown", source),
  tex: (source) => compileTemplate("tex", source),
  mermaid: (source) => compileTemplate("mermaid", source),
};

/** With what acorn and the engine begin when they do not know what they read. */
const NOT_UNDERSTOOD = /^(?:Unexpected (?:token|character)|Unterminated string|'with' in strict mode)/;

/** Of a decorator, which only a compiler of TypeScript would make into JavaScript. */
const DECORATOR = "Unexpected character '@'";
const NO_DECORATORS =
  "decorators (`@name`) are no JavaScript that browsers know: call the function yourself, as in `const A = name(class { … })`";

/** Says so where a program reads as Python: who begins has not yet seen that each cell has a language. */
function explained(compiled: Compiled, source: string): Compiled {
  if (compiled.ok || !NOT_UNDERSTOOD.test(compiled.error.message)) return compiled;
  const { message } = compiled.error;
  if (parsePython(source).mistake === undefined) {
    return err({ ...compiled.error, message: `${message}; if this is Python, choose it below the cell` });
  }
  return message.startsWith(DECORATOR) ? err({ ...compiled.error, message: NO_DECORATORS }) : compiled;
}

/** What parsers, which call themselves for each level, throw at what nobody wrote by hand. */
function compile(language: SourceLanguage, source: string): Compiled {
  try {
    return COMPILERS[language](source);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return err({ line: 1, column: 1, message: NESTED_TOO_DEEPLY });
  }
}

/** Undefined for cells that take no part in the dataflow. */
const languageOf = (cell: Cell): SourceLanguage | undefined =>
  cell.kind === "code" ? sourceLanguage(cell.language) : undefined;

/** True for cells that take part in the dataflow. */
export const isExecutable = (cell: Cell): boolean => languageOf(cell) !== undefined;

/** A source may be in a notebook in two languages. */
const keyOf = (language: SourceLanguage, source: string): string => `${language} ${source}`;

/** A cell as it was read last. */
interface ReadCell extends CompiledSource {
  readonly language: SourceLanguage;
}

/** Reads a notebook's dataflow again and again; parses only the cells that changed since the last time. */
export class FlowReader {
  readonly #prepared = new Map<string, Compiled>();
  readonly #resolver = new FlowResolver();
  #sources: ReadonlyMap<CellId, ReadCell> = new Map();
  #hashes = new Map<string, ContentHash>();

  /** Parses a cell before it is read together with the others. */
  prepare(cell: Cell): void {
    const language = languageOf(cell);
    if (language === undefined || this.#known(cell, language) !== undefined) return;
    const key = keyOf(language, cell.source);
    if (!this.#prepared.has(key)) this.#prepared.set(key, compile(language, cell.source));
  }

  /** The dataflow of `cells`, which are all visible cells in order. Cells of other kinds and languages are left out. */
  read(cells: readonly Cell[]): NotebookFlow {
    const sources = new Map<CellId, ReadCell>();
    const read: ReadCell[] = [];
    for (const cell of cells) {
      const language = languageOf(cell);
      if (language === undefined) continue;
      const one = this.#known(cell, language) ?? this.#readCell(cell, language);
      sources.set(cell.id, one);
      read.push(one);
    }
    this.#sources = sources;
    // What was prepared is read by now, and the rest is of cells that are not there any more.
    this.#prepared.clear();
    return this.#resolver.resolve(read);
  }

  /** The cell as it was read last, if it is still so. */
  #known({ id, source }: Cell, language: SourceLanguage): ReadCell | undefined {
    const before = this.#sources.get(id);
    return before?.source === source && before.language === language ? before : undefined;
  }

  #readCell({ id, source }: Cell, language: SourceLanguage): ReadCell {
    const compiled = this.#prepared.get(keyOf(language, source)) ?? compile(language, source);
    return { id, source, language, compiled };
  }

  /** `contentHashOfText` of a source, kept while the source is in the notebook. */
  hash(source: string): ContentHash {
    let hash = this.#hashes.get(source);
    if (hash === undefined) {
      if (this.#hashes.size > 2 * this.#sources.size + HASHES_KEPT) this.#hashes.clear();
      hash = contentHashOfText(source);
      this.#hashes.set(source, hash);
    }
    return hash;
  }
}

/** Hashes kept beyond those of the notebook's cells: every keystroke makes a new source. */
const HASHES_KEPT = 100;
