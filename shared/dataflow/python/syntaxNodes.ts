// The tree that @lezer/python makes has no named parts: what a child means follows from what stands before it.

import type { PythonNode } from "./PythonNode.ts";

export const childrenOf = ({ children }: PythonNode): readonly PythonNode[] => children;

/** The children before the first of this name, and those after it. All before, if there is none. */
export function splitAt(children: readonly PythonNode[], name: string): [readonly PythonNode[], readonly PythonNode[]] {
  const at = children.findIndex((child) => child.name === name);
  return at < 0 ? [children, []] : [children.slice(0, at), children.slice(at + 1)];
}

/** The targets of an assignment, and what is evaluated for it. An annotation is neither. */
export function assignmentParts(node: PythonNode): { targets: readonly PythonNode[]; values: readonly PythonNode[] } {
  const children = childrenOf(node);
  const last = children.map(({ name }) => name).lastIndexOf("AssignOp");
  const targets = children.slice(0, Math.max(0, last)).filter(({ name }) => name !== "TypeDef" && name !== "AssignOp");
  return { targets, values: last < 0 ? [] : children.slice(last + 1) };
}

/** `for a, b in c, d`: of a loop, or the rest of a comprehension from `for` on. */
export function forParts(children: readonly PythonNode[]): {
  targets: readonly PythonNode[];
  rest: readonly PythonNode[];
} {
  const [, afterFor] = splitAt(children, "for");
  const [targets, rest] = splitAt(afterFor, "in");
  return { targets, rest };
}

const GROUPS = new Set(["TupleExpression", "ArrayExpression", "ParenthesizedExpression"]);

/** The single places that `targets` give a value to: names, and items and attributes. */
export function places(targets: readonly PythonNode[]): readonly PythonNode[] {
  return targets.flatMap((target) => {
    if (GROUPS.has(target.name)) return places(childrenOf(target));
    return target.name === "VariableName" || target.name === "MemberExpression" ? [target] : [];
  });
}

/** What a `with` gives values to. The grammar ends the statement before targets in parentheses, which come after it. */
export function withTargets(node: PythonNode): readonly PythonNode[] {
  const children = childrenOf(node);
  const targets = children.filter((_, at) => children[at - 1]?.name === "as");
  const [end] = targets.slice(-1);
  const after = end?.isError && node.nextSibling?.name === "AssignStatement" ? node.nextSibling.firstChild : null;
  return after === null ? targets : [...targets, after];
}

/** Names by which an import is known in the cell, `import a.b` by `a`; and whether it imports all there is. */
export function importedNames(node: PythonNode): { names: readonly PythonNode[]; everything: boolean } {
  const children = childrenOf(node);
  const isFrom = children[0]?.name === "from";
  const [, listed] = splitAt(children, "import");
  const names: PythonNode[] = [];
  for (const [at, child] of listed.entries()) {
    if (child.name !== "VariableName") continue;
    const before = listed[at - 1]?.name;
    if (before === ".") continue;
    if (before === "as") names.pop();
    names.push(child);
  }
  return { names, everything: isFrom && listed.some(({ name }) => name === "*") };
}

/** First parts of the names of the modules that an import names: `a` of `import a.b` and of `from a.b import c`. */
export function importedModules(node: PythonNode): readonly PythonNode[] {
  const children = childrenOf(node);
  const isFrom = children[0]?.name === "from";
  const before = new Set(isFrom ? ["from"] : ["import", ","]);
  const named = isFrom ? children.slice(0, 2) : children;
  return named.filter(({ name }, at) => name === "VariableName" && before.has(children[at - 1]?.name ?? ""));
}

/** Names of parameters; a name after `=` is a default value. */
export function parameterNames(list: PythonNode): readonly PythonNode[] {
  const children = childrenOf(list);
  return children.filter(({ name }, at) => name === "VariableName" && children[at - 1]?.name !== "AssignOp");
}

/** Names that a `global` statement says to be the module's own; `nonlocal` names none. */
export function globalNames(node: PythonNode): readonly PythonNode[] {
  const [keyword, ...names] = childrenOf(node);
  return keyword?.name === "global" ? names.filter(({ name }) => name === "VariableName") : [];
}
