import type { AnyNode } from "acorn";

/** Parts of the most frequent nodes that are walked over in order: to look through all that a node has costs several times as much. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Literal: [],
  TemplateElement: [],
  ThisExpression: [],
  ExpressionStatement: ["expression"],
  ParenthesizedExpression: ["expression"],
  ChainExpression: ["expression"],
  ReturnStatement: ["argument"],
  ThrowStatement: ["argument"],
  AwaitExpression: ["argument"],
  SpreadElement: ["argument"],
  CallExpression: ["callee", "arguments"],
  NewExpression: ["callee", "arguments"],
  BinaryExpression: ["left", "right"],
  ArrayExpression: ["elements"],
  ObjectExpression: ["properties"],
  SequenceExpression: ["expressions"],
};

/** The nodes right below a node, in the order in which they stand. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  // reason: read by name, and each value is looked at below.
  const parts = node as unknown as Readonly<Record<string, unknown>>;
  const children: AnyNode[] = [];
  for (const name of PARTS[node.type] ?? Object.keys(parts)) {
    const value = parts[name];
    if (!Array.isArray(value)) {
      if (isNode(value)) children.push(value);
      continue;
    }
    for (const item of value) if (isNode(item)) children.push(item);
  }
  return children;
}

const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;
