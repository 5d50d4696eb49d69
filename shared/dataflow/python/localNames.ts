import type { PythonNode } from "./PythonNode.ts";
import { assignmentParts, childrenOf, forParts, importedNames, places, withTargets } from "./syntaxNodes.ts";

/** Names that the body of a function makes its own, and those that it declares to be of outside. */
export interface LocalNames {
  readonly own: Set<string>;
  readonly globals: Set<string>;
  readonly nonlocals: Set<string>;
}

const COMPREHENSION = /Comprehension/;

/** By Python's rule: a name that the body gives a value anywhere is its own everywhere, unless it says otherwise. */
export function localNames(body: PythonNode, text: (node: PythonNode) => string): LocalNames {
  const found: LocalNames = { own: new Set(), globals: new Set(), nonlocals: new Set() };
  const add = (nodes: readonly PythonNode[]): void => {
    for (const node of places(nodes)) if (node.name === "VariableName") found.own.add(text(node));
  };
  const visit = (node: PythonNode, inComprehension: boolean): void => {
    collect(node, { add, found, text, inComprehension });
    if (node.name === "FunctionDefinition" || node.name === "ClassDefinition" || node.name === "LambdaExpression")
      return;
    const within = inComprehension || COMPREHENSION.test(node.name);
    for (const child of childrenOf(node)) visit(child, within);
  };
  for (const child of childrenOf(body)) visit(child, false);
  for (const name of [...found.globals, ...found.nonlocals]) found.own.delete(name);
  return found;
}

interface Collected {
  readonly add: (nodes: readonly PythonNode[]) => void;
  readonly found: LocalNames;
  readonly text: (node: PythonNode) => string;
  readonly inComprehension: boolean;
}

function collect(node: PythonNode, { add, found, text, inComprehension }: Collected): void {
  const children = childrenOf(node);
  switch (node.name) {
    case "AssignStatement":
      // A name that is only annotated is its own, too.
      add([...assignmentParts(node).targets, ...children.slice(0, 1)]);
      break;
    case "UpdateStatement":
    case "NamedExpression":
    case "DeleteStatement":
      add(node.name === "DeleteStatement" ? children : children.slice(0, 1));
      break;
    case "ForStatement":
      if (!inComprehension) add(forParts(children).targets);
      break;
    case "WithStatement":
      add(withTargets(node));
      break;
    case "TryStatement":
    case "AsPattern":
      add(children.filter((_, at) => children[at - 1]?.name === "as"));
      break;
    case "CapturePattern":
      add(children);
      if (children.length === 0) found.own.add(text(node));
      break;
    case "ImportStatement":
      add(importedNames(node).names);
      break;
    case "FunctionDefinition":
    case "ClassDefinition":
    case "TypeDefinition":
      add(children.filter(({ name }) => name === "VariableName").slice(0, 1));
      break;
    case "ScopeStatement":
      for (const child of children) {
        if (child.name === "VariableName")
          found[children[0]?.name === "global" ? "globals" : "nonlocals"].add(text(child));
      }
  }
}
