import type { PythonNode } from "./PythonNode.ts";
import type { CellSyntaxError } from "../CompiledCell.ts";
import {
  walkArguments,
  walkClass,
  walkComprehension,
  walkDecorator,
  walkFunction,
  walkLambda,
  walkTypeAlias,
  type Walker,
} from "./ownScopes.ts";
import type { PythonNames } from "./PythonNames.ts";
import { refusalAt } from "./refusalAt.ts";
import { walkPattern } from "./walkPattern.ts";
import { inner, isOwn, type Place } from "./scopes.ts";
import {
  assignmentParts,
  childrenOf,
  forParts,
  globalNames,
  importedNames,
  places,
  splitAt,
  withTargets,
} from "./syntaxNodes.ts";

const STRING_START = /^["']/;

/** Walks over one cell in order of execution, as far as that can be seen, and notes what happens to the module's names. */
export class PythonWalk implements Walker {
  readonly #source: string;
  readonly #names: PythonNames;
  readonly #found: ((name: PythonNode) => void) | undefined;
  /** The first thing found that no cell may contain. */
  refused: CellSyntaxError | undefined;

  /** `found` hears where names of the module stand. A place may be heard twice. */
  constructor(source: string, names: PythonNames, found?: (name: PythonNode) => void) {
    this.#source = source;
    this.#names = names;
    this.#found = found;
  }

  walk(script: PythonNode): void {
    this.all(childrenOf(script), { scope: undefined, late: false });
    this.#names.finish();
  }

  all(nodes: readonly PythonNode[], place: Place): void {
    for (const node of nodes) this.visit(node, place);
  }

  visit(node: PythonNode, place: Place): void {
    switch (node.name) {
      case "VariableName":
        this.#read(node, place);
        break;
      case "AssignStatement":
        this.#assignStatement(node, place);
        break;
      case "UpdateStatement":
        this.all(childrenOf(node), place);
        this.assign(childrenOf(node).slice(0, 1), place);
        break;
      case "NamedExpression":
        this.all(childrenOf(node).slice(1), place);
        this.assign(childrenOf(node).slice(0, 1), place);
        break;
      case "DeleteStatement":
        this.#delete(node, place);
        break;
      case "ImportStatement":
        this.#import(node, place);
        break;
      case "ScopeStatement":
        for (const name of globalNames(node)) this.#found?.(name);
        break;
      case "ArgList":
        walkArguments(this, node, place);
        break;
      case "LambdaExpression":
        walkLambda(this, node, place);
        break;
      case "TypeDef":
        // Annotations are evaluated when somebody asks for them.
        this.all(childrenOf(node), { ...place, late: true });
        break;
      default:
        this.#visitCompound(node, place);
    }
  }

  #visitCompound(node: PythonNode, place: Place): void {
    switch (node.name) {
      case "FunctionDefinition":
        walkFunction(this, node, place);
        break;
      case "ClassDefinition":
        walkClass(this, node, place);
        break;
      case "TypeDefinition":
        walkTypeAlias(this, node, place);
        break;
      case "Decorator":
        walkDecorator(this, node, place);
        break;
      case "IfStatement":
        this.#if(node, place);
        break;
      case "ForStatement":
        this.#for(node, place);
        break;
      case "WhileStatement":
        this.#while(node, place);
        break;
      case "TryStatement":
        this.#try(node, place);
        break;
      case "WithStatement":
        this.#with(node, place);
        break;
      case "MatchStatement":
        this.#match(node, place);
        break;
      case "ArrayComprehensionExpression":
      case "SetComprehensionExpression":
      case "DictionaryComprehensionExpression":
      case "ComprehensionExpression":
        walkComprehension(this, node, place);
        break;
      case "ConditionalExpression":
        this.#conditional(node, place);
        break;
      default:
        this.all(childrenOf(node), place);
    }
  }

  // Names

  text(node: PythonNode): string {
    return this.#source.slice(node.from, node.to);
  }

  #read(node: PythonNode, place: Place): void {
    // The prefix of a string that the grammar does not know (`t"…"`) is no name.
    if (STRING_START.test(this.#source.slice(node.to, node.to + 1))) return;
    const name = this.text(node);
    if (isOwn(name, place.scope)) return;
    this.#found?.(node);
    if (place.late) this.#names.readLate(name);
    else this.#names.read(name);
  }

  /** Gives values to what `targets` name. */
  assign(targets: readonly PythonNode[], place: Place, byLoop = false): void {
    for (const target of places(targets)) {
      if (target.name === "VariableName") this.assignName(target, place, byLoop);
      else this.#change(target, place);
    }
  }

  assignName(node: PythonNode, place: Place, byLoop = false): void {
    const name = this.text(node);
    let scope = place.scope;
    while ((scope?.kind === "block" || scope?.kind === "comprehension") && !scope.own.has(name)) scope = scope.around;
    if (scope?.nonlocals.has(name)) return;
    if (scope !== undefined && !scope.globals.has(name)) {
      scope.own.add(name);
      return;
    }
    this.#found?.(node);
    if (place.late) this.#names.assignLate(name);
    else if (byLoop) this.#names.assignByLoop(name);
    else this.#names.assign(name);
  }

  /**
   * Assigning to an item or attribute of a name is a new version of it, where the cell itself does it: what a function
   * does when it is called later cannot be known.
   */
  #change(target: PythonNode, place: Place): void {
    this.visit(target, place);
    let root: PythonNode | null = target;
    while (root?.name === "MemberExpression" || root?.name === "ParenthesizedExpression") {
      root = root.name === "MemberExpression" ? root.firstChild : (root.firstChild?.nextSibling ?? null);
    }
    if (root?.name !== "VariableName" || place.late) return;
    const name = this.text(root);
    if (!isOwn(name, place.scope)) this.#names.change(name);
  }

  // Statements

  #assignStatement(node: PythonNode, place: Place): void {
    const { targets, values } = assignmentParts(node);
    for (const child of childrenOf(node)) if (child.name === "TypeDef") this.visit(child, place);
    this.all(values, place);
    this.assign(targets, place);
  }

  #delete(node: PythonNode, place: Place): void {
    for (const target of places(childrenOf(node))) {
      if (target.name !== "VariableName") this.#change(target, place);
      else if (!isOwn(this.text(target), place.scope)) this.#deleteName(target, place);
    }
  }

  #deleteName(node: PythonNode, place: Place): void {
    this.#found?.(node);
    if (!place.late) this.#names.delete(this.text(node));
  }

  #import(node: PythonNode, place: Place): void {
    const { names, everything } = importedNames(node);
    if (everything) {
      this.refused ??= refusalAt(
        node.from,
        this.#source,
        "`import *` hides which names the cell defines: import those you need",
      );
    }
    for (const name of names) this.assignName(name, place);
  }

  #if(node: PythonNode, place: Place): void {
    const children = childrenOf(node);
    const ways: (() => void)[] = [];
    let condition: PythonNode[] = [];
    for (const child of children) {
      if (child.name !== "Body") {
        condition.push(child);
        continue;
      }
      const before = condition;
      condition = [];
      // The first condition is always evaluated.
      if (ways.length === 0) this.all(before, place);
      const tests = ways.length === 0 ? [] : before;
      ways.push(() => this.all([...tests, child], place));
    }
    this.#names.branches(
      ways,
      children.some(({ name }) => name === "else"),
    );
  }

  #for(node: PythonNode, place: Place): void {
    const { targets, rest } = forParts(childrenOf(node));
    const bodies = rest.filter(isBody);
    this.#allBut(isBody, rest, place);
    this.assign(targets, place, true);
    this.#names.branches(
      bodies.map((body) => () => this.visit(body, place)),
      false,
    );
  }

  #allBut(left: (node: PythonNode) => boolean, nodes: readonly PythonNode[], place: Place): void {
    for (const node of nodes) if (!left(node)) this.visit(node, place);
  }

  #while(node: PythonNode, place: Place): void {
    const children = childrenOf(node);
    this.#allBut(isBody, children, place);
    const bodies = children.filter(isBody);
    this.#names.branches(
      bodies.map((body) => () => this.visit(body, place)),
      false,
    );
  }

  #try(node: PythonNode, place: Place): void {
    const [main, last] = splitAt(childrenOf(node), "finally");
    const ways: (() => void)[] = [];
    let clause: PythonNode[] = [];
    let tried: PythonNode | undefined;
    for (const child of main) {
      if (child.name !== "Body") {
        clause.push(child);
        continue;
      }
      const head = clause;
      clause = [];
      if (tried === undefined) tried = child;
      else if (head.some(({ name }) => name === "else")) ways[0] = both(ways[0], () => this.visit(child, place));
      else ways.push(() => this.#handler(head, child, place));
      if (tried === child) ways.push(() => this.visit(child, place));
    }
    this.#names.branches(ways, true);
    this.all(last, place);
  }

  #handler(head: readonly PythonNode[], body: PythonNode, place: Place): void {
    const [caught, [named]] = splitAt(head, "as");
    this.all(caught, place);
    if (named?.name !== "VariableName") this.visit(body, place);
    // Python deletes the name when the handler ends.
    else this.visit(body, inner(place, "block", [this.text(named)]));
  }

  #with(node: PythonNode, place: Place): void {
    const children = childrenOf(node);
    const managers = children.filter((one, at) => !isBody(one) && children[at - 1]?.name !== "as");
    this.all(managers, place);
    this.assign(withTargets(node), place);
    this.all(children.filter(isBody), place);
  }

  #match(node: PythonNode, place: Place): void {
    for (const child of childrenOf(node)) {
      if (child.name !== "MatchBody") {
        this.visit(child, place);
        continue;
      }
      const clauses = childrenOf(child).filter(({ name }) => name === "MatchClause");
      this.#names.branches(
        clauses.map((clause) => () => {
          for (const part of childrenOf(clause)) {
            if (part.name === "Guard" || part.name === "Body") this.visit(part, place);
            else walkPattern(this, part, place);
          }
        }),
        false,
      );
    }
  }

  // Expressions

  #conditional(node: PythonNode, place: Place): void {
    const [taken, rest] = splitAt(childrenOf(node), "if");
    const [test, otherwise] = splitAt(rest, "else");
    this.all(test, place);
    this.#names.branches([() => this.all(taken, place), () => this.all(otherwise, place)], true);
  }
}

const isBody = ({ name }: PythonNode): boolean => name === "Body";

const both = (first: (() => void) | undefined, second: () => void) => (): void => {
  first?.();
  second();
};
