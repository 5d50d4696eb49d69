import type { NamePlace } from "../names/NamePlace.ts";
import { localNames } from "./localNames.ts";
import type { PythonNames } from "./PythonNames.ts";
import { inner, isOwn, NO_NAMES, type Place, type Scope } from "./scopes.ts";
import type { Access, Comprehension, Expression, Name, Parameters } from "./syntax/nodes.ts";
import { targetNames } from "./targets.ts";

/** Hears where names of the module stand. A place may be heard twice. */
export type NameFound = (name: Name, form: NamePlace["form"]) => void;

/** Walks over expressions in order of evaluation, and notes what happens to the module's names. */
export class ExpressionWalk {
  readonly names: PythonNames;
  readonly found: NameFound | undefined;

  constructor(names: PythonNames, found: NameFound | undefined) {
    this.names = names;
    this.found = found;
  }

  all(nodes: readonly Expression[], place: Place): void {
    for (const node of nodes) this.visit(node, place);
  }

  visit(node: Expression, place: Place): void {
    switch (node.type) {
      case "Name":
        this.read(node, place);
        break;
      case "Sequence":
        this.all(node.elements, place);
        break;
      case "Operation":
        this.all(node.parts, place);
        break;
      case "Access":
        this.visit(node.value, place);
        this.all(node.parts, place);
        break;
      case "NamedExpression":
        this.visit(node.value, place);
        this.assign(node.target, place);
        break;
      case "Conditional":
        this.visit(node.test, place);
        if (place.late) this.all([node.then, node.otherwise], place);
        else {
          const ways = [node.then, node.otherwise].map((way) => ({ body: () => this.visit(way, place) }));
          this.names.branches(ways, true);
        }
        break;
      case "Lambda":
        this.#lambda(node.parameters, node.body, place);
        break;
      case "Comprehension":
        this.#comprehension(node, place);
        break;
      case "Text":
      case "Constant":
        break;
    }
  }

  read(node: Name, place: Place): void {
    const { name } = node;
    if (isOwn(name, place.scope)) return;
    this.found?.(node, "name");
    if (place.late) this.names.readLate(name);
    else this.names.read(name);
  }

  /** Gives values to what `target` names. */
  assign(target: Expression, place: Place, byLoop = false): void {
    if (target.type === "Name") this.assignName(target, place, byLoop);
    else if (target.type === "Access") this.change(target, place);
    else if (target.type === "Sequence") for (const element of target.elements) this.assign(element, place, byLoop);
    // What else stands there can get no value: it is read, as far as it goes.
    else this.visit(target, place);
  }

  assignName(node: Name, place: Place, byLoop = false, form: NamePlace["form"] = "name"): void {
    const { name } = node;
    let { scope } = place;
    while ((scope?.kind === "block" || scope?.kind === "comprehension") && !scope.own.has(name)) scope = scope.around;
    if (scope?.nonlocals.has(name)) return;
    if (scope !== undefined && !scope.globals.has(name)) {
      scope.own.add(name);
      return;
    }
    this.found?.(node, form);
    if (place.late) this.names.assignLate(name);
    else if (byLoop) this.names.assignByLoop(name);
    else this.names.assign(name);
  }

  /**
   * Assigning to an item or attribute of a name is a new version of it, where the cell itself does it: what a function
   * does when it is called later cannot be known.
   */
  change(target: Access, place: Place): void {
    this.visit(target, place);
    let root: Expression = target;
    while (root.type === "Access" && !root.calls) root = root.value;
    if (root.type !== "Name" || place.late || isOwn(root.name, place.scope)) return;
    this.names.change(root.name);
  }

  /** Default values are evaluated where the function is defined. */
  #lambda({ names, defaults }: Parameters, body: Expression, place: Place): void {
    this.all(defaults, place);
    // And what `:=` gives a value in it.
    const { own } = localNames([body]);
    for (const { name } of names) own.add(name);
    const scope: Scope = { kind: "function", own, globals: NO_NAMES, nonlocals: NO_NAMES, around: place.scope };
    this.visit(body, { scope, late: true });
  }

  #comprehension({ elements, clauses }: Comprehension, place: Place): void {
    const own = new Set<string>();
    for (const { target } of clauses) targetNames(target, own);
    const within = inner(place, "comprehension", own);
    for (const [at, { target, iterated, tests }] of clauses.entries()) {
      // The first is evaluated around the comprehension, the others in it.
      this.visit(iterated, at === 0 ? place : within);
      this.assign(target, within);
      this.all(tests, within);
    }
    this.all(elements, within);
  }
}
