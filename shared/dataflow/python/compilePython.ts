import { err, ok, type Result } from "../../base/result.ts";
import { NESTED_TOO_DEEPLY, type CellSyntaxError, type CompiledCell } from "../CompiledCell.ts";
import { PythonNames } from "./PythonNames.ts";
import { PythonWalk } from "./PythonWalk.ts";
import { plainPython } from "./magicLines.ts";
import { parsePython } from "./syntax/parsePython.ts";

/**
 * Reads what a cell in Python defines and needs. Pure and synchronous, and before any Python was started. A cell with
 * mistakes is read as far as it can be: Python itself says what is wrong, and knows its newest syntax.
 */
export function compilePython(source: string): Result<CompiledCell, CellSyntaxError> {
  const { readable, code, refused } = plainPython(source);
  if (refused) return err(refused);
  const script = parsePython(readable);
  if (script.tooDeep) return err({ line: 1, column: 1, message: NESTED_TOO_DEEPLY });
  const names = new PythonNames();
  const walk = new PythonWalk(readable, names);
  walk.walk(script);
  if (walk.refused) return err(walk.refused);
  return ok({
    language: "python",
    code,
    defines: names.defines(),
    inputs: names.references(),
    globals: names.globals(),
    fallbacks: names.fallbacks(),
    ...(script.modules.size > 0 && { imports: [...script.modules] }),
  });
}
