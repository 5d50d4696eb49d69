import type { AnyNode } from "acorn";

/** The nodes right below a node of any kind, in the order in which they stand. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (!Array.isArray(value)) {
      if (isNode(value)) children.push(value);
      continue;
    }
    for (const item of value) if (isNode(item)) children.push(item);
  }
  return children;
}

const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;

/** What a chain of members belongs to: `a` of `a.b[0]`, and any other node itself. */
export function rootOf(node: AnyNode): AnyNode {
  let root = node;
  while (
    root.type === "MemberExpression" ||
    root.type === "ParenthesizedExpression" ||
    root.type === "ChainExpression"
  ) {
    root = root.type === "MemberExpression" ? root.object : root.expression;
  }
  return root;
}
