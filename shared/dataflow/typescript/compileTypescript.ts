import type { Result } from "../../base/result.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { compileCell } from "../javascript/compileCell.ts";
import { stripTypes } from "./stripTypes.ts";

/** Compiles a TypeScript cell: its types are taken out, line by line, and what is left is JavaScript. Nothing is checked. */
export function compileTypescript(source: string): Result<CompiledCell, CellSyntaxError> {
  const stripped = stripTypes(source);
  return stripped.ok ? compileCell(stripped.value.code) : stripped;
}
