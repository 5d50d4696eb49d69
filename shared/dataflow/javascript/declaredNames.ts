// Which names statements declare, by the rules of strict mode: functions in blocks belong to their block. Each function
// gives the list it was handed, with its names put behind: walks ask at each block, and most declare one name or none.

import type { AnyNode, Pattern, Statement, VariableDeclaration } from "acorn";

/** Names a pattern binds, in order. */
export function boundNames(pattern: Pattern, names: string[] = []): string[] {
  switch (pattern.type) {
    case "Identifier":
      names.push(pattern.name);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        boundNames(property.type === "RestElement" ? property.argument : property.value, names);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) boundNames(element, names);
      break;
    case "RestElement":
      boundNames(pattern.argument, names);
      break;
    case "AssignmentPattern":
      boundNames(pattern.left, names);
      break;
    case "MemberExpression":
  }
  return names;
}

export function declarationNames(declaration: VariableDeclaration, names: string[] = []): string[] {
  for (const { id } of declaration.declarations) boundNames(id, names);
  return names;
}

/** Names that belong to the block made of `statements`: `let`, `const`, `using`, classes and functions. */
export function lexicalNames(statements: readonly Statement[], names: string[] = []): string[] {
  for (const statement of statements) lexicalName(statement, names);
  return names;
}

/** Of one statement of a block. */
export function lexicalName(statement: Statement, names: string[]): void {
  if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
    names.push(statement.id.name);
  } else if (statement.type === "VariableDeclaration" && statement.kind !== "var") {
    declarationNames(statement, names);
  }
}

/** All names that belong to a module, or to the body of a function. */
export function scopeNames(statements: readonly Statement[]): string[] {
  const names: string[] = [];
  for (const statement of statements) {
    varNames(statement, { statements: names, loops: names });
    lexicalName(statement, names);
  }
  return names;
}

export interface VarNames {
  /** Declared by a `var` statement. */
  readonly statements: string[];
  /** Declared in the head of a `for`. */
  readonly loops: string[];
}

/** Names that `var` declares anywhere in a statement, functions inside it left out. */
export function varNames(node: Statement, names: VarNames): void {
  switch (node.type) {
    case "VariableDeclaration":
      if (node.kind === "var") declarationNames(node, names.statements);
      break;
    case "BlockStatement":
      allVarNames(node.body, names);
      break;
    case "IfStatement":
      varNames(node.consequent, names);
      if (node.alternate) varNames(node.alternate, names);
      break;
    case "ForStatement":
      headNames(node.init, names);
      varNames(node.body, names);
      break;
    case "ForInStatement":
    case "ForOfStatement":
      headNames(node.left, names);
      varNames(node.body, names);
      break;
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
    case "WithStatement":
      varNames(node.body, names);
      break;
    case "SwitchStatement":
      for (const { consequent } of node.cases) allVarNames(consequent, names);
      break;
    case "TryStatement":
      varNames(node.block, names);
      if (node.handler) varNames(node.handler.body, names);
      if (node.finalizer) varNames(node.finalizer, names);
      break;
    default:
    // No other statement has statements of the same function in it.
  }
}

function allVarNames(statements: readonly Statement[], names: VarNames): void {
  for (const statement of statements) varNames(statement, names);
}

function headNames(head: AnyNode | null | undefined, names: VarNames): void {
  if (head?.type === "VariableDeclaration" && head.kind === "var") declarationNames(head, names.loops);
}
