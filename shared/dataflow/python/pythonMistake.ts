import type { CellSyntaxError } from "../CompiledCell.ts";
import { plainPython } from "./magicLines.ts";
import { refusalAt } from "../refusalAt.ts";
import { parsePython } from "./syntax/parsePython.ts";

/** The first place where a cell is no Python, before any Python was started. */
export function pythonMistake(source: string): CellSyntaxError | undefined {
  const { mistake } = parsePython(plainPython(source).readable);
  if (mistake === undefined) return undefined;
  const atEnd = mistake >= source.trimEnd().length;
  const message = atEnd
    ? "The cell ends too early: a bracket, text or statement is not finished."
    : "This is no Python.";
  return refusalAt(mistake, source, message);
}
