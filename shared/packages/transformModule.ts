import { parse, type AnyNode, type ImportDeclaration, type Program, type Statement } from "acorn";
import { MODULE_PARAMETERS } from "../contracts/kernel/loadedModules.ts";
import { CellWalk } from "../dataflow/javascript/CellWalk.ts";
import { scopeNames } from "../dataflow/javascript/declaredNames.ts";
import { moduleNamed, moduleOf } from "../dataflow/javascript/imports.ts";
import { NameUses } from "../dataflow/javascript/NameUses.ts";
import { Edits } from "./Edits.ts";

export interface TransformedModule {
  /** Body of an async generator function: see `ModuleCode`. */
  readonly code: string;
  /** Texts of what must be evaluated before it, in order, each once. */
  readonly first: readonly string[];
  /** Texts of its `import()`s, as far as they are texts. */
  readonly later: readonly string[];
}

const [REQUIRE, EXPORTS, LOAD, META] = MODULE_PARAMETERS;
/** What `export default` gives a value that has no name. */
const DEFAULT = "__meshbook_default";

/**
 * Makes the body of an async generator of a module: up to its `yield` it says what it exports, as getters, so that modules
 * that import one another in a circle find what is hoisted; after it, it is evaluated. An imported name becomes a property
 * of what the other module exports, read each time: so it is live.
 * @throws SyntaxError for what is no module
 */
export function transformModule(source: string): TransformedModule {
  const program = parse(source, { ecmaVersion: "latest", sourceType: "module" });
  const module = new ModuleTransform(source, program);
  return module.result();
}

class ModuleTransform {
  readonly #source: string;
  readonly #program: Program;
  readonly #edits: Edits;
  /** Text → number of the variable that holds what it exports. */
  readonly #first = new Map<string, number>();
  readonly #later = new Set<string>();
  /** Local name → expression for it. */
  readonly #imported = new Map<string, string>();
  /** Exported name → expression for it. */
  readonly #exported = new Map<string, string>();
  readonly #stars: string[] = [];

  constructor(source: string, program: Program) {
    this.#source = source;
    this.#program = program;
    this.#edits = new Edits(source);
  }

  result(): TransformedModule {
    for (const node of this.#program.body) if (node.type === "ImportDeclaration") this.#import(node);
    const statements: Statement[] = [];
    const values: AnyNode[] = [];
    for (const node of this.#program.body) this.#topLevel(node, statements, values);
    this.#names(statements, values);
    return { code: this.#prologue() + this.#edits.result(), first: [...this.#first.keys()], later: [...this.#later] };
  }

  #prologue(): string {
    const modules = [...this.#first].map(
      ([text, number]) => `const ${variable(number)}=${REQUIRE}(${JSON.stringify(text)});`,
    );
    const getters = [...this.#exported].map(([name, value]) => `${JSON.stringify(name)}:()=>${value}`);
    const stars = `[${this.#stars.join(",")}]`;
    return `"use strict";${modules.join("")}${EXPORTS}({__proto__:null,${getters.join(",")}},${stars});yield;`;
  }

  #module(text: string): string {
    const known = this.#first.get(text) ?? this.#first.size;
    this.#first.set(text, known);
    return variable(known);
  }

  #import(node: ImportDeclaration): void {
    const module = this.#module(moduleOf(node));
    for (const specifier of node.specifiers) {
      if (specifier.type === "ImportNamespaceSpecifier") this.#imported.set(specifier.local.name, module);
      else {
        const name = specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier.imported);
        this.#imported.set(specifier.local.name, `${module}[${JSON.stringify(name)}]`);
      }
    }
    this.#edits.replace(node.start, node.end, ";");
  }

  #topLevel(node: Program["body"][number], statements: Statement[], values: AnyNode[]): void {
    switch (node.type) {
      case "ImportDeclaration":
        break;
      case "ExportAllDeclaration": {
        const module = this.#module(moduleOf({ source: node.source }));
        if (node.exported) this.#exported.set(nameOf(node.exported), module);
        else this.#stars.push(module);
        this.#edits.replace(node.start, node.end, ";");
        break;
      }
      case "ExportNamedDeclaration":
        if (node.declaration) {
          this.#edits.replace(node.start, node.declaration.start, "");
          statements.push(node.declaration);
          for (const name of scopeNames([node.declaration])) this.#exported.set(name, name);
          break;
        }
        for (const { local, exported } of node.specifiers) {
          const from = node.source ? this.#module(moduleOf({ source: node.source })) : undefined;
          const name = nameOf(local);
          const value = from === undefined ? (this.#imported.get(name) ?? name) : `${from}[${JSON.stringify(name)}]`;
          this.#exported.set(nameOf(exported), value);
        }
        this.#edits.replace(node.start, node.end, ";");
        break;
      case "ExportDefaultDeclaration":
        this.#default(node.declaration, node, { statements, values });
        break;
      default:
        statements.push(node);
    }
  }

  #default(
    value: AnyNode,
    { start, end }: { readonly start: number; readonly end: number },
    found: { readonly statements: Statement[]; readonly values: AnyNode[] },
  ): void {
    if ((value.type === "FunctionDeclaration" || value.type === "ClassDeclaration") && value.id !== null) {
      this.#edits.replace(start, value.start, "");
      this.#exported.set("default", value.id.name);
      found.statements.push(value);
      return;
    }
    this.#exported.set("default", DEFAULT);
    found.values.push(value);
    if (value.type === "FunctionDeclaration") {
      this.#edits.replace(start, value.start, "");
      // Hoisted like one with a name.
      const open = this.#source.indexOf("(", value.start);
      this.#edits.insert(open, ` ${DEFAULT}`);
      return;
    }
    this.#edits.replace(start, value.start, `const ${DEFAULT}=(`);
    this.#edits.replace(value.end, end, ");");
  }

  /** Puts what they stand for in the places of imported names, and our hooks in those of `import`. */
  #names(statements: readonly Statement[], values: readonly AnyNode[]): void {
    const places = new Map<number, string>();
    const shorthands = new Set<number>();
    const listener = {
      name: (name: string, start: number) => void places.set(start, name),
      shorthand: (start: number) => void shorthands.add(start),
    };
    const walk = new CellWalk(new NameUses(), listener);
    walk.walk([...statements, ...values], scopeNames(statements));
    const marks = new CalledNames(this.#edits);
    marks.visit(this.#program);
    for (const [start, name] of places) {
      const value = this.#imported.get(name);
      if (value === undefined) continue;
      const apart = marks.statements.has(start) ? ";" : "";
      const text = marks.called.has(start) ? `${apart}(0,${value})` : value;
      this.#edits.replace(start, start + name.length, shorthands.has(start) ? `${name}:${text}` : text);
    }
    for (const node of walk.imports.values()) {
      this.#edits.replace(node.start, node.start + "import".length, LOAD);
      const text = moduleNamed(node);
      if (text !== undefined) this.#later.add(text);
    }
  }
}

const variable = (number: number): string => `__meshbook_${number}`;
const nameOf = (node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string =>
  node.type === "Identifier" ? (node.name ?? "") : String(node.value);

/** Finds names that are called, whose call must not get the other module as `this`, and replaces `import.meta`. */
class CalledNames {
  readonly called = new Set<number>();
  /** Those that begin a statement in a list: a parenthesis there could be taken for a call of what stands before. */
  readonly statements = new Set<number>();
  readonly #edits: Edits;

  constructor(edits: Edits) {
    this.#edits = edits;
  }

  /** Not by calls of itself: minified code is nested thousands deep. */
  visit(root: AnyNode): void {
    const left: AnyNode[] = [root];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (node.type === "CallExpression") this.#call(node.callee);
      else if (node.type === "TaggedTemplateExpression") this.#call(node.tag);
      else if (node.type === "MetaProperty" && node.meta.name === "import") {
        this.#edits.replace(node.start, node.end, META);
      }
      for (const child of Object.values(node)) {
        if (Array.isArray(child)) left.push(...this.#list(child));
        else if (isNode(child)) left.push(child);
      }
    }
  }

  #call(callee: AnyNode): void {
    if (callee.type === "Identifier") this.called.add(callee.start);
  }

  #list(nodes: readonly unknown[]): readonly AnyNode[] {
    const list = nodes.filter(isNode);
    for (const node of list) if (node.type === "ExpressionStatement") this.statements.add(node.start);
    return list;
  }
}

const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;
