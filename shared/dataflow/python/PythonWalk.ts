import type { CellSyntaxError } from "../CompiledCell.ts";
import { ExpressionWalk, type NameFound } from "./ExpressionWalk.ts";
import { localNames } from "./localNames.ts";
import type { PythonNames, Way } from "./PythonNames.ts";
import { refusalAt } from "../refusalAt.ts";
import { inner, isOwn, type Place, type Scope } from "./scopes.ts";
import type * as nodes from "./syntax/nodes.ts";

type Statement = nodes.Statement;
type Body = readonly Statement[];

/** Walks over one cell in order of execution, as far as that can be seen, and notes what happens to the module's names. */
export class PythonWalk {
  readonly #source: string;
  readonly #names: PythonNames;
  readonly #expressions: ExpressionWalk;
  /** The first thing found that no cell may contain. */
  refused: CellSyntaxError | undefined;

  constructor(source: string, names: PythonNames, found?: NameFound) {
    this.#source = source;
    this.#names = names;
    this.#expressions = new ExpressionWalk(names, found);
  }

  walk({ body }: nodes.Script): void {
    this.#all(body, { scope: undefined, late: false });
    this.#names.finish();
  }

  #all(body: Body, place: Place): void {
    for (const node of body) this.#visit(node, place);
  }

  #visit(node: Statement, place: Place): void {
    const expressions = this.#expressions;
    switch (node.type) {
      case "Assign":
        this.#assign(node, place);
        break;
      case "AugmentedAssign":
        expressions.visit(node.target, place);
        expressions.visit(node.value, place);
        expressions.assign(node.target, place);
        break;
      case "Delete":
        for (const target of node.targets) this.#delete(target, place);
        break;
      case "Import":
        this.#import(node, place);
        break;
      case "Global":
        for (const name of node.names) expressions.found?.(name, "name");
        break;
      case "Nonlocal":
        break;
      case "FunctionDefinition":
        this.#function(node, place);
        break;
      case "ClassDefinition":
        this.#class(node, place);
        break;
      case "TypeAlias": {
        const generic = this.#typeParameters(node.typeParameters, place);
        expressions.visit(node.value, later(generic));
        expressions.assignName(node.name, place);
        break;
      }
      default:
        this.#compound(node, place);
    }
  }

  #compound(node: Statement, place: Place): void {
    const expressions = this.#expressions;
    switch (node.type) {
      case "If":
        this.#if(node, place);
        break;
      case "For":
        expressions.visit(node.iterated, place);
        expressions.assign(node.target, place, true);
        this.#perhaps([node.body, node.otherwise], place);
        break;
      case "While":
        expressions.visit(node.test, place);
        this.#perhaps([node.body, node.otherwise], place);
        break;
      case "Try":
        this.#try(node, place);
        break;
      case "With":
        for (const { manager, target } of node.items) {
          expressions.visit(manager, place);
          if (target) expressions.assign(target, place);
        }
        this.#all(node.body, place);
        break;
      case "Match":
        this.#match(node, place);
        break;
      default:
        // reason: all statements that are no expressions were visited.
        expressions.visit(node as nodes.Expression, place);
    }
  }

  #assign({ targets, annotated, annotation, value }: nodes.Assign, place: Place): void {
    const expressions = this.#expressions;
    // Annotations are evaluated when somebody asks for them.
    if (annotation) expressions.visit(annotation, later(place));
    if (value) expressions.visit(value, place);
    for (const target of targets) expressions.assign(target, place);
    if (targets.length === 0 && annotated && annotated.type !== "Name") expressions.visit(annotated, place);
  }

  #delete(target: nodes.Expression, place: Place): void {
    const expressions = this.#expressions;
    if (target.type === "Sequence") for (const element of target.elements) this.#delete(element, place);
    else if (target.type === "Access") expressions.change(target, place);
    else if (target.type === "Name" && !isOwn(target.name, place.scope)) {
      expressions.found?.(target, "name");
      if (!place.late) this.#names.delete(target.name);
    }
  }

  #import({ from, names, everything }: nodes.Import, place: Place): void {
    if (everything) {
      const message = "`import *` hides which names the cell defines: import those you need";
      this.refused ??= refusalAt(from, this.#source, message);
    }
    for (const { name, form } of names) this.#expressions.assignName(name, place, false, form);
  }

  // Ways through the cell. What happens in a function is noted whichever way it takes.

  #branches(ways: readonly Way[], place: Place, complete: boolean): void {
    if (!place.late) this.#names.branches(ways, complete);
    else {
      for (const { test, body } of ways) {
        test?.();
        body();
      }
    }
  }

  #perhaps(bodies: readonly (Body | undefined)[], place: Place): void {
    const ways = bodies.flatMap((body) => (body ? [{ body: () => this.#all(body, place) }] : []));
    this.#branches(ways, place, false);
  }

  #if({ clauses, otherwise }: nodes.If, place: Place): void {
    const ways: Way[] = [];
    for (const { test, body } of clauses) {
      const way = { body: () => this.#all(body, place) };
      // The first condition is always evaluated.
      if (ways.length === 0) this.#expressions.visit(test, place);
      ways.push(ways.length === 0 ? way : { ...way, test: () => this.#expressions.visit(test, place) });
    }
    if (otherwise) ways.push({ body: () => this.#all(otherwise, place) });
    this.#branches(ways, place, otherwise !== undefined);
  }

  #try({ body, handlers, otherwise, last }: nodes.Try, place: Place): void {
    const tried = (): void => {
      this.#all(body, place);
      if (otherwise) this.#all(otherwise, place);
    };
    const ways = handlers.map((handler) => ({ body: () => this.#handler(handler, place) }));
    this.#branches([{ body: tried }, ...ways], place, true);
    if (last) this.#all(last, place);
  }

  #handler({ caught, name, body }: nodes.ExceptHandler, place: Place): void {
    if (caught) this.#expressions.visit(caught, place);
    // Python deletes the name when the handler ends.
    this.#all(body, name ? inner(place, "block", new Set([name.name])) : place);
  }

  #match({ subject, cases }: nodes.Match, place: Place): void {
    this.#expressions.visit(subject, place);
    const ways = cases.map(({ pattern, guard, body }) => ({
      body: () => {
        this.#pattern(pattern, place);
        if (guard) this.#expressions.visit(guard, place);
        this.#all(body, place);
      },
    }));
    this.#branches(ways, place, false);
  }

  #pattern(pattern: nodes.Pattern, place: Place): void {
    if (pattern.type === "Capture") this.#expressions.assignName(pattern.name, place);
    else if (pattern.type === "Value") this.#expressions.read(pattern.name, place);
    else for (const part of pattern.parts) this.#pattern(part, place);
  }

  // Scopes

  #function(node: nodes.FunctionDefinition, place: Place): void {
    const expressions = this.#expressions;
    const { names, defaults, annotations } = node.parameters;
    expressions.all(node.decorators, place);
    const generic = this.#typeParameters(node.typeParameters, place);
    // Default values are evaluated where the function is defined.
    expressions.all(defaults, place);
    expressions.all(annotations, later(generic));
    if (node.returns) expressions.visit(node.returns, later(generic));
    const local = localNames(node.body);
    for (const { name } of names) local.own.add(name);
    const { own, globals, nonlocals } = local;
    this.#all(node.body, {
      scope: { kind: "function", own, globals, nonlocals, around: generic.scope },
      late: true,
    });
    if (node.name) expressions.assignName(node.name, place);
  }

  #class(node: nodes.ClassDefinition, place: Place): void {
    const expressions = this.#expressions;
    expressions.all(node.decorators, place);
    const generic = this.#typeParameters(node.typeParameters, place);
    expressions.all(node.bases, generic);
    const { globals, nonlocals } = localNames(node.body);
    // A class has a name of its own from where it is assigned.
    const scope: Scope = { kind: "class", own: new Set(), globals, nonlocals, around: generic.scope };
    this.#all(node.body, { ...place, scope });
    if (node.name) expressions.assignName(node.name, place);
  }

  #typeParameters(parameters: nodes.TypeParameters | undefined, place: Place): Place {
    if (parameters === undefined) return place;
    const generic = inner(place, "block", new Set(parameters.names.map(({ name }) => name)));
    // Bounds and defaults of parameters, which nobody evaluates before they are asked for.
    this.#expressions.all(parameters.bounds, later(generic));
    return generic;
  }
}

const later = (place: Place): Place => (place.late ? place : { ...place, late: true });
