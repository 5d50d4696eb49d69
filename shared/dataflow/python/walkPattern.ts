import type { PythonNode } from "./PythonNode.ts";
import type { Walker } from "./ownScopes.ts";
import type { Place } from "./scopes.ts";
import { childrenOf } from "./syntaxNodes.ts";

/** Notes the names that a pattern of `match` reads and gives values to. */
export function walkPattern(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  switch (node.name) {
    case "CapturePattern":
      if (walk.text(node) !== "_") walk.assignName(node, place);
      break;
    case "KeywordPattern":
      for (const child of children.slice(1)) walkPattern(walk, child, place);
      break;
    case "AsPattern":
      for (const [at, child] of children.entries()) {
        if (children[at - 1]?.name === "as") walk.assign([child], place);
        else walkPattern(walk, child, place);
      }
      break;
    case "VariableName":
      walk.visit(node, place);
      break;
    default:
      for (const child of children) walkPattern(walk, child, place);
  }
}
