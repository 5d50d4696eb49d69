// The tree that @lezer/python makes has no named parts: what a child means follows from what stands before it.

import type { SyntaxNode } from "@lezer/common";

export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The children before the first of this name, and those after it. All before, if there is none. */
export function splitAt(children: readonly SyntaxNode[], name: string): [readonly SyntaxNode[], readonly SyntaxNode[]] {
  const at = children.findIndex((child) => child.name === name);
  return at < 0 ? [children, []] : [children.slice(0, at), children.slice(at + 1)];
}

/** The targets of an assignment, and what is evaluated for it. An annotation is neither. */
export function assignmentParts(node: SyntaxNode): { targets: readonly SyntaxNode[]; values: readonly SyntaxNode[] } {
  const children = childrenOf(node);
  const last = children.map(({ name }) => name).lastIndexOf("AssignOp");
  const targets = children.slice(0, Math.max(0, last)).filter(({ name }) => name !== "TypeDef" && name !== "AssignOp");
  return { targets, values: last < 0 ? [] : children.slice(last + 1) };
}

/** `for a, b in c, d`: of a loop, or the rest of a comprehension from `for` on. */
export function forParts(children: readonly SyntaxNode[]): {
  targets: readonly SyntaxNode[];
  rest: readonly SyntaxNode[];
} {
  const [, afterFor] = splitAt(children, "for");
  const [targets, rest] = splitAt(afterFor, "in");
  return { targets, rest };
}

const GROUPS = new Set(["TupleExpression", "ArrayExpression", "ParenthesizedExpression"]);

/** The single places that `targets` give a value to: names, and items and attributes. */
export function places(targets: readonly SyntaxNode[]): readonly SyntaxNode[] {
  return targets.flatMap((target) => {
    if (GROUPS.has(target.name)) return places(childrenOf(target));
    return target.name === "VariableName" || target.name === "MemberExpression" ? [target] : [];
  });
}

/** What a `with` gives values to. The grammar ends the statement before targets in parentheses, which come after it. */
export function withTargets(node: SyntaxNode): readonly SyntaxNode[] {
  const children = childrenOf(node);
  const targets = children.filter((_, at) => children[at - 1]?.name === "as");
  const [end] = targets.slice(-1);
  const after = end?.type.isError && node.nextSibling?.name === "AssignStatement" ? node.nextSibling.firstChild : null;
  return after === null ? targets : [...targets, after];
}

/** Names by which an import is known in the cell, `import a.b` by `a`; and whether it imports all there is. */
export function importedNames(node: SyntaxNode): { names: readonly SyntaxNode[]; everything: boolean } {
  const children = childrenOf(node);
  const isFrom = children[0]?.name === "from";
  const [, listed] = splitAt(children, "import");
  const names: SyntaxNode[] = [];
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
export function importedModules(node: SyntaxNode): readonly SyntaxNode[] {
  const children = childrenOf(node);
  const isFrom = children[0]?.name === "from";
  const before = new Set(isFrom ? ["from"] : ["import", ","]);
  const named = isFrom ? children.slice(0, 2) : children;
  return named.filter(({ name }, at) => name === "VariableName" && before.has(children[at - 1]?.name ?? ""));
}

/** Names of parameters; a name after `=` is a default value. */
export function parameterNames(list: SyntaxNode): readonly SyntaxNode[] {
  const children = childrenOf(list);
  return children.filter(({ name }, at) => name === "VariableName" && children[at - 1]?.name !== "AssignOp");
}

/** Names that a `global` statement says to be the module's own; `nonlocal` names none. */
export function globalNames(node: SyntaxNode): readonly SyntaxNode[] {
  const [keyword, ...names] = childrenOf(node);
  return keyword?.name === "global" ? names.filter(({ name }) => name === "VariableName") : [];
}
