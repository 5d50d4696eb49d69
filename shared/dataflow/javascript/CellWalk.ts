import type {
  AnyNode,
  Class,
  Expression,
  Function as FunctionNode,
  Identifier,
  ImportExpression,
  Pattern,
} from "acorn";
import { childrenOf, rootOf } from "./childNodes.ts";
import { boundNames, declarationNames, lexicalNames, scopeNames } from "./declaredNames.ts";
import type { NameListener } from "./NameListener.ts";
import type { NameUses } from "./NameUses.ts";
import { VisibleNames } from "./VisibleNames.ts";

/**
 * When a place is reached. `surely`: whenever the cell is executed. `perhaps`: in a branch or a loop's body. `called`:
 * inside a function, which is executed when called, perhaps never.
 */
type Place = "surely" | "perhaps" | "called";

/** What methods, initial values and static blocks see, as functions do. */
const OF_MEMBERS: readonly string[] = ["arguments"];

const perhaps = (place: Place): Place => (place === "surely" ? "perhaps" : place);

/** Walks over one cell in order of evaluation, as far as that can be seen, and notes the names nothing in it declares. */
export class CellWalk {
  readonly #uses: NameUses;
  readonly #listener: NameListener | undefined;
  /** Names that something in the cell declares around the place of the walk. */
  readonly #declared = new VisibleNames();
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
    this.#inside(declared, nodes, "surely");
  }

  #all(nodes: readonly (AnyNode | null | undefined)[], place: Place): void {
    for (const node of nodes) if (node) this.#visit(node, place);
  }

  /** The most frequent nodes first: to look through all that a node has costs several times as much. */
  #visit(node: AnyNode, place: Place): void {
    switch (node.type) {
      case "Identifier":
        this.#read(node, place);
        break;
      case "Literal":
      case "TemplateElement":
      case "BreakStatement":
      case "ContinueStatement":
        break;
      case "MemberExpression":
        this.#visit(node.object, place);
        if (node.computed) this.#visit(node.property, place);
        break;
      case "CallExpression":
      case "NewExpression":
        this.#visit(node.callee, place);
        this.#all(node.arguments, place);
        break;
      case "BinaryExpression":
        this.#visit(node.left, place);
        this.#visit(node.right, place);
        break;
      case "ArrayExpression":
        this.#all(node.elements, place);
        break;
      case "ExpressionStatement":
      case "ParenthesizedExpression":
      case "ChainExpression":
        this.#visit(node.expression, place);
        break;
      case "ReturnStatement":
      case "AwaitExpression":
      case "SpreadElement":
        if (node.argument) this.#visit(node.argument, place);
        break;
      default:
        this.#visitExpression(node, place);
    }
  }

  #visitExpression(node: AnyNode, place: Place): void {
    switch (node.type) {
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
        this.#visit(node.consequent, perhaps(place));
        if (node.alternate) this.#visit(node.alternate, perhaps(place));
        break;
      case "Property":
        if (node.shorthand) this.#listener?.shorthand(node.key.start);
        if (node.computed) this.#visit(node.key, place);
        this.#visit(node.value, place);
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#function(node);
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
        this.#inside(lexicalNames(node.body), node.body, place);
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
        this.#visit(node.body, perhaps(place));
        this.#visit(node.test, perhaps(place));
        break;
      case "SwitchStatement":
        this.#switch(node, place);
        break;
      case "TryStatement":
        this.#try(node, place);
        break;
      case "LabeledStatement":
        this.#visit(node.body, perhaps(place));
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

  /** Inside what declares `names`. */
  #inside(names: readonly string[], nodes: readonly AnyNode[], place: Place): void {
    this.#declared.enter(names);
    this.#all(nodes, place);
    this.#declared.leave(names);
  }

  #switch(node: AnyNode & { type: "SwitchStatement" }, place: Place): void {
    this.#visit(node.discriminant, place);
    const names: string[] = [];
    for (const { consequent } of node.cases) lexicalNames(consequent, names);
    this.#inside(names, node.cases, perhaps(place));
  }

  /** Tells the listener; says whether the name is free here. */
  #note({ name, start }: Identifier): boolean {
    if (this.#declared.has(name)) return false;
    this.#listener?.name(name, start);
    return true;
  }

  #read(node: Identifier, place: Place): void {
    if (this.#note(node)) this.#uses.read(node.name, place === "surely");
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
        if (this.#note(target)) this.#uses.assign(target.name, place === "surely");
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
    if (pattern.type === "Identifier") this.#note(pattern);
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
    const root = rootOf(target);
    if (root === target || root.type !== "Identifier" || place === "called") return;
    if (!this.#declared.has(root.name)) this.#uses.change(root.name, place === "surely");
  }

  #function(node: FunctionNode & { type: string }): void {
    if (node.type === "FunctionDeclaration" && node.id) this.#note(node.id);
    const names: string[] = node.type === "ArrowFunctionExpression" ? [] : ["arguments"];
    if (node.type === "FunctionExpression" && node.id) names.push(node.id.name);
    for (const parameter of node.params) boundNames(parameter, names);
    this.#declared.enter(names);
    for (const parameter of node.params) this.#bind(parameter, "called");
    if (node.body.type === "BlockStatement") this.#inside(scopeNames(node.body.body), node.body.body, "called");
    else this.#visit(node.body, "called");
    this.#declared.leave(names);
  }

  #class(node: Class, place: Place): void {
    if (node.type === "ClassDeclaration" && node.id) this.#note(node.id);
    const names = node.id ? [node.id.name] : [];
    this.#declared.enter(names);
    if (node.superClass) this.#visit(node.superClass, place);
    for (const member of node.body.body) {
      if (member.type !== "StaticBlock" && member.computed) this.#visit(member.key, place);
      this.#declared.enter(OF_MEMBERS);
      if (member.type === "StaticBlock") this.#inside(scopeNames(member.body), member.body, "called");
      else if (member.value) this.#visit(member.value, "called");
      this.#declared.leave(OF_MEMBERS);
    }
    this.#declared.leave(names);
  }

  #loop(node: AnyNode & { type: "ForStatement" | "ForInStatement" | "ForOfStatement" }, place: Place): void {
    const head = node.type === "ForStatement" ? node.init : node.left;
    const names = head?.type === "VariableDeclaration" && head.kind !== "var" ? declarationNames(head) : [];
    this.#declared.enter(names);
    if (node.type === "ForStatement") {
      this.#loopStart(node.init, place);
      if (node.test) this.#visit(node.test, place);
      this.#visit(node.body, perhaps(place));
      if (node.update) this.#visit(node.update, perhaps(place));
    } else {
      this.#visit(node.right, place);
      if (node.left.type === "VariableDeclaration") this.#visit(node.left, place);
      else this.#loopTarget(node.left, place);
      this.#visit(node.body, perhaps(place));
    }
    this.#declared.leave(names);
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
    else if (this.#note(target)) this.#uses.assignByLoop(target.name);
  }

  #try(node: AnyNode & { type: "TryStatement" }, place: Place): void {
    this.#visit(node.block, perhaps(place));
    if (node.handler) {
      const { param, body } = node.handler;
      const names = param ? boundNames(param) : [];
      this.#declared.enter(names);
      if (param) this.#bind(param, perhaps(place));
      this.#visit(body, perhaps(place));
      this.#declared.leave(names);
    }
    if (node.finalizer) this.#visit(node.finalizer, place);
  }
}
