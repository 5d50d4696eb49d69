import type { SyntaxNode } from "@lezer/common";
import { parser } from "@lezer/python";
import type { CellSyntaxError } from "../CompiledCell.ts";
import { refusalAt } from "./refusalAt.ts";

/**
 * Around what the grammar takes for a mistake and Python does not: a bare `yield`, `case str():`, parentheses around the
 * targets and managers of `with`, defaults of type parameters, any expression as a decorator. Found in Python's own
 * library, where everything else that is marked would be wrong as well.
 */
const GAPS = new Set([
  ...["YieldStatement", "YieldExpression", "LiteralPattern", "ClassPattern", "WithStatement", "TypeDef"],
  ...["TypeParamList", "TypeParam", "Decorator", "DecoratedStatement"],
]);
/** `24.` before an operator, and strings with a prefix that came later. */
const GAP_TEXT = /(?:^|[^\w.])(?:\d[\d_]*\.(?![\d\w])|[tT][rR]?["']|[rR][tT]["'])/;
const WITH_GROUP = /\bwith\s*\(|\bas\s*\(/;

/** The first place where a cell is no Python, before any Python was started. Where the grammar may be wrong: none. */
export function pythonMistake(source: string): CellSyntaxError | undefined {
  const errors: SyntaxNode[] = [];
  parser.parse(source).iterate({
    enter: ({ type, node }) => {
      if (type.isError) errors.push(node);
    },
  });
  const [first] = errors;
  if (first === undefined || errors.some(isGap) || GAP_TEXT.test(source) || WITH_GROUP.test(source)) return undefined;
  const atEnd = first.from >= source.trimEnd().length;
  const message = atEnd
    ? "The cell ends too early: a bracket, text or statement is not finished."
    : "This is no Python.";
  return refusalAt(first.from, source, message);
}

function isGap(node: SyntaxNode): boolean {
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent) if (GAPS.has(at.name)) return true;
  return false;
}
