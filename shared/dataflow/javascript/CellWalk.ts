import type {
  AnyNode,
  Class,
  Expression,
  Function as FunctionNode,
  Identifier,
  ImportExpression,
  Pattern,
  Statement,
} from "acorn";
import { childrenOf } from "./childNodes.ts";
import { boundNames, declarationNames, lexicalNames, varNames } from "./declaredNames.ts";
import type { NameUses } from "./NameUses.ts";

/** Names visible at a place in the cell because something in the cell declares them. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

/** Where the walk is. */
interface Place {
  readonly scope: Scope;
  /** Reached whenever the cell is executed: not in a branch, a loop's body or a function. */
  readonly certain: boolean;
  /** Inside a function: executed when called, perhaps never. */
  readonly called: boolean;
}

const NO_NAMES: readonly string[] = [];

const inner = (place: Place, names: readonly string[]): Place =>
  names.length === 0 ? place : { ...place, scope: { names: new Set(names), outer: place.scope } };
const perhaps = (place: Place): Place => ({ ...place, certain: false });
const called = (place: Place): Place => ({ ...place, certain: false, called: true });

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

/** Hears where names stand that no function or block inside the cell declares. A place may be heard twice. */
export interface NameListener {
  /** `start`: offset in what was parsed. */
  name(name: string, start: number): void;
  /** The name at this place is the property's, too: `{ a }`. */
  shorthand(start: number): void;
}

/** Walks over one cell in order of evaluation, as far as that can be seen, and notes the names nothing in it declares. */
export class CellWalk {
  readonly #uses: NameUses;
  readonly #listener: NameListener | undefined;
  /** The first thing found that no cell may contain. */
  refused: { readonly at: number; readonly message: string } | undefined;
  /** Calls of `import()`, by place. */
  readonly imports = new Map<number, ImportExpression>();

  constructor(uses: NameUses, listener?: NameListener) {
    this.#uses = uses;
    this.#listener = listener;
  }

  /** `declared`: names declared at the top level of the cell. */
  walk(nodes: readonly AnyNode[], declared: readonly string[]): void {
    const place: Place = { scope: { names: new Set(declared), outer: undefined }, certain: true, called: false };
    this.#all(nodes, place);
  }

  #all(nodes: readonly (AnyNode | null | undefined)[], place: Place): void {
    for (const node of nodes) if (node) this.#visit(node, place);
  }

  #visit(node: AnyNode, place: Place): void {
    switch (node.type) {
      case "Identifier":
        this.#read(node, place);
        break;
      case "AssignmentExpression":
        this.#assignment(node, place);
        break;
      case "UpdateExpression":
        this.#visit(node.argument, place);
        this.#assign(node.argument, place);
        break;
      case "UnaryExpression":
        this.#unary(node, place);
        break;
      case "LogicalExpression":
        this.#visit(node.left, place);
        this.#visit(node.right, perhaps(place));
        break;
      case "ConditionalExpression":
      case "IfStatement":
        this.#visit(node.test, place);
        this.#all([node.consequent, node.alternate], perhaps(place));
        break;
      case "MemberExpression":
        this.#all([node.object, node.computed ? node.property : undefined], place);
        break;
      case "Property":
        if (node.shorthand) this.#listener?.shorthand(node.key.start);
        this.#all([node.computed ? node.key : undefined, node.value], place);
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#function(node, place);
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#class(node, place);
        break;
      default:
        this.#visitStatement(node, place);
    }
  }

  #visitStatement(node: AnyNode, place: Place): void {
    switch (node.type) {
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          if (init) this.#visit(init, place);
          this.#bind(id, place);
        }
        break;
      case "BlockStatement":
        this.#all(node.body, inner(place, lexicalNames(node.body)));
        break;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        this.#loop(node, place);
        break;
      case "WhileStatement":
        this.#visit(node.test, place);
        this.#visit(node.body, perhaps(place));
        break;
      case "DoWhileStatement":
        this.#all([node.body, node.test], perhaps(place));
        break;
      case "SwitchStatement":
        this.#visit(node.discriminant, place);
        this.#all(node.cases, perhaps(inner(place, lexicalNames(node.cases.flatMap((one) => one.consequent)))));
        break;
      case "TryStatement":
        this.#try(node, place);
        break;
      case "LabeledStatement":
        this.#visit(node.body, perhaps(place));
        break;
      case "BreakStatement":
      case "ContinueStatement":
        break;
      case "ImportExpression":
        this.imports.set(node.start, node);
        this.#all(childrenOf(node), place);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") {
          this.refused ??= { at: node.start, message: "`import.meta` has no meaning in a cell" };
        }
        break;
      default:
        this.#all(childrenOf(node), place);
    }
  }

  /** Tells the listener; says whether the name is free here. */
  #note({ name, start }: Identifier, { scope }: Place): boolean {
    if (isBound(name, scope)) return false;
    this.#listener?.name(name, start);
    return true;
  }

  #read(node: Identifier, place: Place): void {
    if (this.#note(node, place)) this.#uses.read(node.name, place.certain);
  }

  #assignment(node: AnyNode & { type: "AssignmentExpression" }, place: Place): void {
    if (node.operator === "=") {
      this.#visit(node.right, place);
      this.#assign(node.left, place);
      return;
    }
    const shortCircuits = node.operator === "||=" || node.operator === "&&=" || node.operator === "??=";
    const then = shortCircuits ? perhaps(place) : place;
    this.#visit(node.left, place);
    this.#visit(node.right, then);
    this.#assign(node.left, then);
  }

  #unary(node: AnyNode & { type: "UnaryExpression" }, place: Place): void {
    // `typeof x` does not fail where `x` is not defined.
    this.#visit(node.argument, node.operator === "typeof" ? perhaps(place) : place);
    if (node.operator === "delete") this.#change(node.argument, place);
  }

  /** Gives values to the names and parts of names in `target`. */
  #assign(target: Pattern | Expression, place: Place): void {
    switch (target.type) {
      case "Identifier":
        if (this.#note(target, place)) this.#uses.assign(target.name, place.certain);
        break;
      case "MemberExpression":
        this.#visit(target, place);
        this.#change(target, place);
        break;
      case "ParenthesizedExpression":
        this.#assign(target.expression, place);
        break;
      default:
        this.#parts(target, place, (part) => this.#assign(part, place));
    }
  }

  /** Walks over what a declared pattern evaluates: default values and computed keys. */
  #bind(pattern: Pattern, place: Place): void {
    if (pattern.type === "Identifier") this.#note(pattern, place);
    else this.#parts(pattern, place, (part) => this.#bind(part, place));
  }

  #parts(pattern: Pattern | Expression, place: Place, each: (part: Pattern) => void): void {
    if (pattern.type === "ArrayPattern") for (const element of pattern.elements) if (element) each(element);
    if (pattern.type === "RestElement") each(pattern.argument);
    if (pattern.type === "AssignmentPattern") {
      this.#visit(pattern.right, perhaps(place));
      each(pattern.left);
    }
    if (pattern.type !== "ObjectPattern") return;
    for (const property of pattern.properties) {
      if (property.type === "Property" && property.computed) this.#visit(property.key, place);
      if (property.type === "Property" && property.shorthand) this.#listener?.shorthand(property.key.start);
      each(property.type === "RestElement" ? property : property.value);
    }
  }

  /**
   * Assigning to an item or property of a name is a new version of it, where the cell itself does it: what a function
   * does when it is called later cannot be known.
   */
  #change(target: AnyNode, place: Place): void {
    let root = target;
    while (
      root.type === "MemberExpression" ||
      root.type === "ParenthesizedExpression" ||
      root.type === "ChainExpression"
    ) {
      root = root.type === "MemberExpression" ? root.object : root.expression;
    }
    if (root === target || root.type !== "Identifier" || place.called) return;
    if (!isBound(root.name, place.scope)) this.#uses.change(root.name, place.certain);
  }

  #function(node: FunctionNode & { type: string }, place: Place): void {
    if (node.type === "FunctionDeclaration" && node.id) this.#note(node.id, place);
    const ownName = node.type === "FunctionExpression" && node.id ? [node.id.name] : NO_NAMES;
    const own = node.type === "ArrowFunctionExpression" ? NO_NAMES : ["arguments"];
    const parameters = inner(called(inner(place, ownName)), [...own, ...node.params.flatMap(boundNames)]);
    for (const parameter of node.params) this.#bind(parameter, parameters);
    if (node.body.type === "BlockStatement") this.#body(node.body.body, parameters);
    else this.#visit(node.body, parameters);
  }

  #body(statements: readonly Statement[], place: Place): void {
    const vars = varNames(statements);
    this.#all(statements, inner(place, [...vars.statements, ...vars.loops, ...lexicalNames(statements)]));
  }

  #class(node: Class, place: Place): void {
    if (node.type === "ClassDeclaration" && node.id) this.#note(node.id, place);
    const within = inner(place, node.id ? [node.id.name] : NO_NAMES);
    if (node.superClass) this.#visit(node.superClass, within);
    for (const member of node.body.body) {
      if (member.type === "StaticBlock") {
        this.#body(member.body, inner(called(within), ["arguments"]));
        continue;
      }
      if (member.computed) this.#visit(member.key, within);
      if (member.value) this.#visit(member.value, inner(called(within), ["arguments"]));
    }
  }

  #loop(node: AnyNode & { type: "ForStatement" | "ForInStatement" | "ForOfStatement" }, place: Place): void {
    const head = node.type === "ForStatement" ? node.init : node.left;
    const declared = head?.type === "VariableDeclaration" && head.kind !== "var" ? declarationNames(head) : NO_NAMES;
    const within = inner(place, declared);
    if (node.type === "ForStatement") {
      this.#loopStart(node.init, within);
      if (node.test) this.#visit(node.test, within);
      this.#all([node.body, node.update], perhaps(within));
      return;
    }
    this.#visit(node.right, within);
    if (node.left.type === "VariableDeclaration") this.#visit(node.left, within);
    else this.#loopTarget(node.left, within);
    this.#visit(node.body, perhaps(within));
  }

  /** The undeclared counter of `for (i = 0; …)` is a loop variable. */
  #loopStart(init: AnyNode | null | undefined, place: Place): void {
    if (init?.type === "SequenceExpression") {
      for (const one of init.expressions) this.#loopStart(one, place);
    } else if (init?.type === "AssignmentExpression" && init.operator === "=") {
      this.#visit(init.right, place);
      this.#loopTarget(init.left, place);
    } else if (init) this.#visit(init, place);
  }

  #loopTarget(target: Pattern, place: Place): void {
    if (target.type !== "Identifier") this.#assign(target, place);
    else if (this.#note(target, place)) this.#uses.assignByLoop(target.name);
  }

  #try(node: AnyNode & { type: "TryStatement" }, place: Place): void {
    this.#visit(node.block, perhaps(place));
    if (node.handler) {
      const { param, body } = node.handler;
      const within = inner(perhaps(place), param ? boundNames(param) : NO_NAMES);
      if (param) this.#bind(param, within);
      this.#visit(body, within);
    }
    if (node.finalizer) this.#visit(node.finalizer, place);
  }
}
