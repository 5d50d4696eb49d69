import type { Expression, Pattern, Statement } from "./syntax/nodes.ts";
import { targetNames } from "./targets.ts";

/** Names that the body of a function makes its own, and those that it declares to be of outside. */
export interface LocalNames {
  readonly own: Set<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
}

/** By Python's rule: a name that the body gives a value anywhere is its own everywhere, unless it says otherwise. */
export function localNames(body: readonly Statement[]): LocalNames {
  const found = new NamesGiven();
  found.all(body);
  for (const name of found.globals) found.own.delete(name);
  for (const name of found.nonlocals) found.own.delete(name);
  return found;
}

class NamesGiven implements LocalNames {
  readonly own = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();

  all(nodes: readonly Statement[] | undefined): void {
    if (nodes !== undefined) for (const node of nodes) this.#visit(node);
  }

  #visit(node: Statement): void {
    switch (node.type) {
      case "Assign":
        for (const target of node.targets) this.#target(target);
        // A name that is only annotated is its own, too.
        if (node.annotated) this.#target(node.annotated);
        // Never executed in a function, and yet it gives the body its names.
        this.#inside(node.annotation);
        this.#inside(node.value);
        break;
      case "AugmentedAssign":
        this.#target(node.target);
        this.#inside(node.value);
        break;
      case "Delete":
        for (const target of node.targets) this.#target(target);
        break;
      case "Import":
        for (const { name } of node.names) this.own.add(name.name);
        break;
      case "Global":
        for (const { name } of node.names) this.globals.add(name);
        break;
      case "Nonlocal":
        for (const { name } of node.names) this.nonlocals.add(name);
        break;
      case "FunctionDefinition":
        this.#definition(node.name?.name, node.decorators, node.parameters.defaults, node.parameters.annotations);
        this.#inside(node.returns);
        break;
      case "ClassDefinition":
        this.#definition(node.name?.name, node.decorators, node.bases);
        break;
      case "TypeAlias":
        this.own.add(node.name.name);
        break;
      default:
        this.#compound(node);
    }
  }

  #compound(node: Statement): void {
    switch (node.type) {
      case "If":
        for (const { test, body } of node.clauses) {
          this.#inside(test);
          this.all(body);
        }
        this.all(node.otherwise);
        break;
      case "For":
        this.#target(node.target);
        this.#inside(node.iterated);
        this.all(node.body);
        this.all(node.otherwise);
        break;
      case "While":
        this.#inside(node.test);
        this.all(node.body);
        this.all(node.otherwise);
        break;
      case "Try":
        this.all(node.body);
        for (const { caught, name, body } of node.handlers) {
          this.#inside(caught);
          if (name) this.own.add(name.name);
          this.all(body);
        }
        this.all(node.otherwise);
        this.all(node.last);
        break;
      case "With":
        for (const { manager, target } of node.items) {
          this.#inside(manager);
          if (target) this.#target(target);
        }
        this.all(node.body);
        break;
      case "Match":
        this.#inside(node.subject);
        for (const { pattern, guard, body } of node.cases) {
          this.#pattern(pattern);
          this.#inside(guard);
          this.all(body);
        }
        break;
      default:
        this.#expression(node);
    }
  }

  #definition(name: string | undefined, ...evaluated: readonly (readonly Expression[])[]): void {
    if (name !== undefined) this.own.add(name);
    for (const nodes of evaluated) for (const node of nodes) this.#inside(node);
  }

  #target(target: Expression): void {
    targetNames(target, this.own);
    this.#inside(target);
  }

  #pattern(pattern: Pattern): void {
    if (pattern.type === "Capture") this.own.add(pattern.name.name);
    else if (pattern.type === "Patterns") for (const part of pattern.parts) this.#pattern(part);
  }

  #inside(node: Expression | undefined): void {
    // Most are names and constants, in which nothing is given a value.
    if (node !== undefined && node.type !== "Name" && node.type !== "Constant") this.#expression(node);
  }

  /** `:=` is all that gives values in an expression, and it does so through comprehensions. */
  #expression(node: Statement): void {
    switch (node.type) {
      case "NamedExpression":
        targetNames(node.target, this.own);
        this.#inside(node.value);
        break;
      case "Sequence":
        for (const element of node.elements) this.#inside(element);
        break;
      case "Operation":
        for (const part of node.parts) this.#inside(part);
        break;
      case "Access":
        this.#inside(node.value);
        for (const part of node.parts) this.#inside(part);
        break;
      case "Conditional":
        this.#inside(node.test);
        this.#inside(node.then);
        this.#inside(node.otherwise);
        break;
      case "Lambda":
        for (const value of node.parameters.defaults) this.#inside(value);
        break;
      case "Comprehension":
        for (const element of node.elements) this.#inside(element);
        for (const { iterated, tests } of node.clauses) {
          this.#inside(iterated);
          for (const test of tests) this.#inside(test);
        }
        break;
      default:
        break;
    }
  }
}
