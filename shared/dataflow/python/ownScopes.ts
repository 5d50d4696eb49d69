// What makes a scope of its own: functions, classes, lambdas, type parameters and comprehensions.

import type { PythonNode } from "./PythonNode.ts";
import { localNames } from "./localNames.ts";
import { inner, NO_NAMES, type Place, type Scope } from "./scopes.ts";
import { childrenOf, forParts, parameterNames, places, splitAt } from "./syntaxNodes.ts";

/** The walk over the rest of the cell. */
export interface Walker {
  text(node: PythonNode): string;
  visit(node: PythonNode, place: Place): void;
  all(nodes: readonly PythonNode[], place: Place): void;
  /** Gives values to what `targets` name. */
  assign(targets: readonly PythonNode[], place: Place): void;
  /** Gives a value to the name that is the text of `node`. */
  assignName(node: PythonNode, place: Place): void;
}

export function walkFunction(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  const [name] = children.filter((child) => child.name === "VariableName");
  const list = children.find((child) => child.name === "ParamList");
  const body = children.find((child) => child.name === "Body");
  const generic = walkTypeParameters(walk, children, place);
  if (list) walkDefaults(walk, list, place, generic);
  for (const child of children) if (child.name === "TypeDef") walk.visit(child, generic);
  if (body) walkFunctionBody(walk, body, list, generic);
  if (name) walk.assignName(name, place);
}

function walkFunctionBody(walk: Walker, body: PythonNode, list: PythonNode | undefined, place: Place): void {
  const local = localNames(body, (node) => walk.text(node));
  for (const parameter of list ? parameterNames(list) : []) local.own.add(walk.text(parameter));
  walk.visit(body, { scope: { kind: "function", ...local, around: place.scope }, late: true });
}

/** Default values are evaluated where the function is defined. */
function walkDefaults(walk: Walker, list: PythonNode, place: Place, generic: Place): void {
  const names = new Set(parameterNames(list).map(({ from }) => from));
  for (const child of childrenOf(list)) {
    if (!names.has(child.from)) walk.visit(child, child.name === "TypeDef" ? generic : place);
  }
}

function walkTypeParameters(walk: Walker, children: readonly PythonNode[], place: Place): Place {
  const list = children.find(({ name }) => name === "TypeParamList");
  if (list === undefined) return place;
  const parameters = childrenOf(list).flatMap((parameter) =>
    childrenOf(parameter)
      .filter(({ name }) => name === "VariableName")
      .slice(0, 1),
  );
  const generic = inner(
    place,
    "block",
    parameters.map((one) => walk.text(one)),
  );
  // Bounds and defaults of parameters, which nobody evaluates before they are asked for.
  for (const child of childrenOf(list)) walk.all(childrenOf(child).slice(1), { ...generic, late: true });
  return generic;
}

export function walkClass(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  const generic = walkTypeParameters(walk, children, place);
  for (const child of children) if (child.name === "ArgList") walk.visit(child, generic);
  const body = children.find(({ name }) => name === "Body");
  if (body) {
    const local = localNames(body, (one) => walk.text(one));
    // A class has a name of its own from where it is assigned.
    const scope: Scope = { kind: "class", ...local, own: new Set(), around: generic.scope };
    walk.visit(body, { ...place, scope });
  }
  const [name] = children.filter((child) => child.name === "VariableName");
  if (name) walk.assignName(name, place);
}

export function walkTypeAlias(walk: Walker, node: PythonNode, place: Place): void {
  const [name, ...rest] = childrenOf(node).filter((child) => child.name !== "type");
  const generic = walkTypeParameters(walk, rest, place);
  for (const child of rest) if (child.name !== "TypeParamList") walk.visit(child, { ...generic, late: true });
  if (name) walk.assign([name], place);
}

export function walkDecorator(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  for (const [at, child] of children.entries()) if (children[at - 1]?.name !== ".") walk.visit(child, place);
}

export function walkLambda(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  const list = children.find(({ name }) => name === "ParamList");
  if (list) walkDefaults(walk, list, place, place);
  const own = list ? parameterNames(list).map((one) => walk.text(one)) : [];
  const none = { globals: NO_NAMES, nonlocals: NO_NAMES };
  const scope: Scope = { kind: "function", own: new Set(own), ...none, around: place.scope };
  for (const child of children) if (child !== list) walk.visit(child, { scope, late: true });
}

export function walkComprehension(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  const first = children.findIndex(({ name }) => name === "for");
  let within = place;
  let rest = children.slice(Math.max(0, first));
  while (rest.some(({ name }) => name === "for")) {
    const parts = forParts(rest);
    const next = parts.rest.findIndex(({ name }) => name === "for");
    const [iterated, tests] = splitAt(next < 0 ? parts.rest : parts.rest.slice(0, next), "if");
    // The first is evaluated around the comprehension, the others in it.
    walk.all(iterated, within);
    const names = places(parts.targets).filter(({ name }) => name === "VariableName");
    within = inner(
      within,
      "comprehension",
      names.map((one) => walk.text(one)),
    );
    walk.all(tests, within);
    rest = next < 0 ? [] : parts.rest.slice(next);
  }
  walk.all(children.slice(0, Math.max(0, first)), within);
}

/** The names of keyword arguments are the function's. */
export function walkArguments(walk: Walker, node: PythonNode, place: Place): void {
  const children = childrenOf(node);
  // `any(x for x in y)`: a generator that is the only argument stands there without parentheses of its own.
  if (children.some(({ name }) => name === "for")) {
    walkComprehension(walk, node, place);
    return;
  }
  for (const [at, child] of children.entries()) {
    const isKeyword = child.name === "VariableName" && children[at + 1]?.name === "AssignOp";
    if (!isKeyword) walk.visit(child, place);
  }
}
