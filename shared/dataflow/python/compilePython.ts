import { parser } from "@lezer/python";
import { err, ok, type Result } from "../../base/result.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
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
  const tree = parser.parse(source);
  walk.walk(tree.topNode);
  if (walk.refused) return err(walk.refused);
  const imports = new Set<string>();
  tree.iterate({
    enter: ({ name, node }) => {
      if (name !== "ImportStatement") return;
      for (const { from, to } of importedModules(node)) imports.add(source.slice(from, to));
    },
  });
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
