import { err, type Result } from "../../base/result.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { compileCell } from "../javascript/compileCell.ts";
import { refusalAt } from "../refusalAt.ts";
import { stripTypes } from "./stripTypes.ts";
import { typeTokens } from "./typeTokens.ts";

/** Compiles a TypeScript cell: its types are taken out, line by line, and what is left is JavaScript. Nothing is checked. */
export function compileTypescript(source: string): Result<CompiledCell, CellSyntaxError> {
  const stripped = stripTypes(source);
  if (!stripped.ok) return stripped;
  const lost = namespaceIn(source);
  return lost ? err(lost) : compileCell(stripped.value.code);
}

/** Before tokens are read, which costs as much as all the rest. */
const MAY_BE_NAMESPACE = /\b(?:namespace|module)\s+[\w$.]+\s*\{/;
const NO_NAMESPACES =
  "a `namespace` is taken out with the types and never executed: make an object of it, `const name = { … }`";

/** The first namespace with something to execute in it; it would be gone without a word. */
function namespaceIn(source: string): CellSyntaxError | undefined {
  if (!MAY_BE_NAMESPACE.test(source)) return undefined;
  const tokens = typeTokens(source) ?? [];
  const found = tokens.find(
    ({ text, isType }, index) =>
      isType &&
      (text === "namespace" || text === "module") &&
      "{.".includes(tokens[index + 2]?.text ?? " ") &&
      tokens[index - 1]?.text !== "declare",
  );
  return found && refusalAt(found.from, source, NO_NAMESPACES);
}
