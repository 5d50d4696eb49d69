// Which names statements declare, by the rules of strict mode: functions in blocks belong to their block.

import type { AnyNode, Pattern, Statement, VariableDeclaration } from "acorn";

/** Names a pattern binds, in order. */
export function boundNames(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? boundNames(element) : []));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "MemberExpression":
      return [];
  }
}

export const declarationNames = (declaration: VariableDeclaration): readonly string[] =>
  declaration.declarations.flatMap((declarator) => boundNames(declarator.id));

/** Names that belong to the block made of `statements`: `let`, `const`, `using`, classes and functions. */
export function lexicalNames(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") return [statement.id.name];
    return statement.type === "VariableDeclaration" && statement.kind !== "var" ? declarationNames(statement) : [];
  });
}

export interface VarNames {
  /** Declared by a `var` statement. */
  readonly statements: readonly string[];
  /** Declared in the head of a `for`. */
  readonly loops: readonly string[];
}

/** Names that `var` declares anywhere in `statements`, functions inside them left out. */
export function varNames(statements: readonly Statement[]): VarNames {
  const found: { statements: string[]; loops: string[] } = { statements: [], loops: [] };
  for (const statement of statements) collectVars(statement, found);
  return found;
}

function collectVars(node: Statement, found: { statements: string[]; loops: string[] }): void {
  if (node.type === "VariableDeclaration") {
    if (node.kind === "var") found.statements.push(...declarationNames(node));
    return;
  }
  const head = node.type === "ForStatement" ? node.init : forInHead(node);
  if (head?.type === "VariableDeclaration" && head.kind === "var") found.loops.push(...declarationNames(head));
  for (const inner of innerStatements(node)) collectVars(inner, found);
}

const forInHead = (node: Statement): AnyNode | undefined =>
  node.type === "ForInStatement" || node.type === "ForOfStatement" ? node.left : undefined;

function innerStatements(node: Statement): readonly Statement[] {
  switch (node.type) {
    case "BlockStatement":
      return node.body;
    case "IfStatement":
      return node.alternate ? [node.consequent, node.alternate] : [node.consequent];
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
    case "WithStatement":
      return [node.body];
    case "SwitchStatement":
      return node.cases.flatMap((one) => one.consequent);
    case "TryStatement":
      return [node.block, ...(node.handler ? [node.handler.body] : []), ...(node.finalizer ? [node.finalizer] : [])];
    default:
      return [];
  }
}
