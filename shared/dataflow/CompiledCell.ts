import type { CellLanguage } from "../ports/Kernel.ts";

/** Why a cell is not a program, and where: line and column count from 1, in the cell's own text. */
export interface CellSyntaxError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One cell, read by itself, whatever its language: what its names are bound to is decided by `resolveInputs`. */
export interface CompiledCell {
  readonly language: CellLanguage;
  /** What a kernel evaluates. Line n of it is line n of the source. */
  readonly code: string;
  /** Names other cells can read, in order. */
  readonly defines: readonly string[];
  /** Names read from other cells, if they define them; a name may be both read and defined (`x = x + 1`). */
  readonly inputs: readonly string[];
  /** Names every kernel gives by itself that the cell reads: from a cell, if one defines the name. */
  readonly globals: readonly string[];
  /** Names to which the cell may give a value itself before it reads them, or may not: read from a cell above only. */
  readonly fallbacks: readonly string[];
  /** Inputs that are tables in SQL, where `Orders` means the variable `orders` if no other is called so. Left out for none. */
  readonly tables?: readonly string[];
  /** What it imports, by the text that names it: modules, or the first names of modules in Python. Left out for none. */
  readonly imports?: readonly string[];
}

/** Said of a cell that nobody wrote by hand. */
export const NESTED_TOO_DEEPLY = "this cell is nested too deeply to be read";
