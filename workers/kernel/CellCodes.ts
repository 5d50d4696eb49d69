import type { CellId } from "#shared/base/ids.ts";
import { EXPORT_HOOK, insertion, sourceColumn, sourceLine } from "#shared/dataflow/javascript/insertions.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";

/** A place in a cell, in the author's own lines and columns, from 1. */
export interface CellPlace {
  readonly cell: CellId;
  readonly line: number;
  readonly column: number;
  /** The line as it stands in the cell. */
  readonly text: string;
}

/** A line of a stack trace: in a cell, or in something built in that a cell called. */
export interface CellFrame {
  readonly name: string;
  readonly place: CellPlace | undefined;
}

export type CellFunction = (...inputs: readonly unknown[]) => Promise<unknown>;

/** Versions of cells whose lines are kept for traces. Functions of older ones still run; their frames lose the text. */
const VERSION_LIMIT = 500;
/** Cells whose code is kept ready to run again; of more, those compiled longest ago are compiled anew. */
const COMPILED_LIMIT = 250;
/** Characters of a stack that are read. */
const STACK_LIMIT = 100_000;
const PLACE = /meshbook:\/\/\/([A-Za-z0-9_-]{1,64})\/(\d+):(\d+):(\d+)/;
const urlOf = (cell: string, version: number): string => `meshbook:///${cell}/${version}`;

/** What a cell was compiled to last: compiling takes longer than a short cell. */
interface Compiled {
  /** Code, and the names that it sees. */
  readonly text: string;
  readonly url: string;
  readonly make: (...values: readonly unknown[]) => unknown;
}

/** Turns programs into functions, and stack traces of these functions into places in cells. */
export class CellCodes {
  readonly #lines = new Map<string, readonly string[]>();
  readonly #compiled = new Map<CellId, Compiled>();
  #version = 0;

  /**
   * The function of `program`. It sees `globals` by name, and `inputs` as its parameters.
   * @throws SyntaxError if this engine does not know something the parser knew
   */
  load(program: CellProgram, globals: Readonly<Record<string, unknown>>, inputs: readonly string[]): CellFunction {
    const code = `${insertion(`return async function(${inputs.join(",")}){`)}${program.code}`;
    const names = [EXPORT_HOOK, ...Object.keys(globals).filter((name) => name !== EXPORT_HOOK)];
    const make = this.#make(program.cell, code, names);
    // reason: the code just made returns an async function.
    return make(...names.map((name) => globals[name])) as CellFunction;
  }

  /** Each call of what it gives makes a function anew, so that nothing of one execution is left for the next. */
  #make(cell: CellId, code: string, names: readonly string[]): Compiled["make"] {
    const text = `${names.join(",")}\n${code}`;
    const known = this.#compiled.get(cell);
    if (known?.text === text && this.#lines.has(known.url)) return known.make;
    const url = urlOf(cell, ++this.#version);
    this.#remember(url, code.split("\n"));
    const make = newFunction(...names, `${code}\n}//# sourceURL=${url}`);
    this.#compiled.delete(cell);
    this.#compiled.set(cell, { text, url, make });
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > COMPILED_LIMIT && oldest !== undefined) this.#compiled.delete(oldest);
    return make;
  }

  /** Whether this name can be that of an input: tables may be called `class`. */
  isParameter(name: string): boolean {
    try {
      newFunction(name, '"use strict"');
      return true;
    } catch {
      return false;
    }
  }

  /** Frames from the innermost to the outermost cell. What called the cell is left out. */
  frames(stack: string): readonly CellFrame[] {
    const frames = stack
      .slice(0, STACK_LIMIT)
      .split("\n")
      .flatMap((line) => this.#frame(line) ?? []);
    const outermost = frames.map((frame) => frame.place !== undefined).lastIndexOf(true);
    return frames.slice(0, outermost + 1);
  }

  #frame(line: string): CellFrame | undefined {
    const match = PLACE.exec(line);
    const name = nameIn(line);
    if (match !== null) return { name, place: this.#place(match) };
    // Of the rest only built-in functions (`at Array.map (<anonymous>)`) say something to the author of a cell.
    return line.includes("(<anonymous>)") && name !== "" ? { name, place: undefined } : undefined;
  }

  #place([, id = "", version = "", rawLine = "", rawColumn = ""]: RegExpExecArray): CellPlace {
    const line = Number(rawLine) - HEADER_LINES;
    const compiled = this.#lines.get(urlOf(id, Number(version)))?.[line - 1] ?? "";
    // reason: only ids of cells are put into these addresses.
    return { cell: id as CellId, line, column: sourceColumn(compiled, Number(rawColumn)), text: sourceLine(compiled) };
  }

  #remember(url: string, lines: readonly string[]): void {
    this.#lines.set(url, lines);
    if (this.#lines.size <= VERSION_LIMIT) return;
    const [oldest] = this.#lines.keys();
    if (oldest !== undefined) this.#lines.delete(oldest);
  }
}

/** Makes a function of code: executing code is what a kernel is for. Taken before any cell runs. */
// reason: the type of a function made at run time is not known; whoever calls it knows what the code gives.
const newFunction = Function as unknown as (...parts: readonly string[]) => (...values: readonly unknown[]) => unknown;

/** Lines an engine puts before the body of a `Function`. Measured, since no standard says how many. */
const HEADER_LINES = ((): number => {
  try {
    newFunction(`throw new Error("probe")//# sourceURL=${urlOf("probe", 0)}`)();
  } catch (error) {
    const line = error instanceof Error ? PLACE.exec(error.stack ?? "")?.[3] : undefined;
    if (line !== undefined) return Number(line) - 1;
  }
  return 2;
})();

/** The function's name in a stack line of V8 (`at f (…)`) or of Firefox and Safari (`f@…`). */
function nameIn(line: string): string {
  const v8 = /^\s*at (?:async )?(?:new )?(.+?) \(/.exec(line)?.[1];
  const name = v8 ?? /^([^@\s]+)@/.exec(line)?.[1] ?? "";
  return /^(eval|anonymous|<anonymous>|Object\.<anonymous>)/.test(name) ? "" : name;
}
