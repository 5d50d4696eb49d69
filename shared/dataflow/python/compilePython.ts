import { err, ok, type Result } from "../../base/result.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { parsePython, type PythonNode } from "./PythonNode.ts";
import { PythonNames } from "./PythonNames.ts";
import { PythonWalk } from "./PythonWalk.ts";
import { importedModules } from "./syntaxNodes.ts";

/**
 * Reads what a cell in Python defines and needs. Pure and synchronous, and before any Python was started. A cell with
 * mistakes is read as far as it can be: Python itself says what is wrong, and knows its newest syntax.
 */
export function compilePython(source: string): Result<CompiledCell, CellSyntaxError> {
  const names = new PythonNames();
  const walk = new PythonWalk(source, names);
  const script = parsePython(source);
  walk.walk(script);
  if (walk.refused) return err(walk.refused);
  const imports = modulesIn(script, source);
  return ok({
    language: "python",
    code: source,
    defines: names.defines(),
    inputs: names.references(),
    globals: names.globals(),
    fallbacks: names.fallbacks(),
    ...(imports.size > 0 && { imports: [...imports] }),
  });
}

/** Whether there may be an import: most cells have none, and are not gone through once more. */
const IMPORT = /\bimport\b/;

function modulesIn(script: PythonNode, source: string): ReadonlySet<string> {
  const modules = new Set<string>();
  const visit = (node: PythonNode): void => {
    if (node.name === "ImportStatement") {
      for (const { from, to } of importedModules(node)) modules.add(source.slice(from, to));
    }
    for (const child of node.children) visit(child);
  };
  if (IMPORT.test(source)) visit(script);
  return modules;
}
