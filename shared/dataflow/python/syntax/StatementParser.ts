import type { ExpressionParser } from "./ExpressionParser.ts";
import type { Nesting } from "./Nesting.ts";
import type { ExceptHandler, Expression, MatchCase, Statement, WithItem } from "./nodes.ts";
import { NO_PARAMETERS, parseParameters, parseTypeParameters } from "./parameters.ts";
import type { PatternParser } from "./PatternParser.ts";
import type { PythonTokens } from "./PythonTokens.ts";
import { parseSimple } from "./simpleStatements.ts";

type Body = readonly Statement[];

/** Reads statements. What cannot be read of a line is left out, and the next one is read as if nothing had been. */
export class StatementParser {
  readonly #tokens: PythonTokens;
  readonly #expressions: ExpressionParser;
  readonly #patterns: PatternParser;
  readonly #nesting: Nesting;
  /** First names of the modules that were imported. */
  readonly modules = new Set<string>();

  constructor(expressions: ExpressionParser, patterns: PatternParser, nesting: Nesting) {
    this.#tokens = expressions.tokens;
    this.#expressions = expressions;
    this.#patterns = patterns;
    this.#nesting = nesting;
  }

  /** To the end of the source. */
  script(): Body {
    const body: Statement[] = [];
    while (this.#tokens.kind !== "end") {
      this.#statements(body);
      this.#take("dedent");
    }
    return body;
  }

  #take(kind: PythonTokens["kind"]): boolean {
    return this.#expressions.take(kind);
  }

  /** To the end of a block. */
  #statements(body: Statement[]): void {
    while (this.#tokens.kind !== "end" && this.#tokens.kind !== "dedent") this.#statement(body);
  }

  #statement(body: Statement[]): void {
    const tokens = this.#tokens;
    switch (tokens.kind) {
      case "indent":
        // Nothing here opens a block: what stands in it is read as if it were not indented.
        tokens.noteMistake(tokens.from);
        this.#indented(body);
        break;
      case "def":
      case "class":
      case "@":
      case "async":
        body.push(...this.#decorated());
        break;
      case "if":
        body.push(this.#if());
        break;
      case "for":
        body.push(this.#for());
        break;
      case "while": {
        tokens.next();
        const test = this.#expressions.named();
        body.push({ type: "While", test, body: this.#block(), otherwise: this.#otherwise("else") });
        break;
      }
      case "try":
        body.push(this.#try());
        break;
      case "with":
        body.push(this.#with());
        break;
      default: {
        const match = tokens.kind === "name" && tokens.text() === "match" ? this.#match() : undefined;
        if (match === undefined) this.#line(body);
        else body.push(match);
      }
    }
  }

  /** Simple statements up to the end of the line. */
  #line(body: Statement[]): void {
    const tokens = this.#tokens;
    for (;;) {
      const { from } = tokens;
      const statement = parseSimple(this.#expressions, this.modules);
      if (statement !== undefined) body.push(statement);
      if (this.#take("newline") || tokens.kind === "end" || tokens.kind === "dedent") return;
      if (this.#take(";")) {
        if (this.#take("newline")) return;
        continue;
      }
      tokens.noteMistake(tokens.from);
      if (tokens.from === from) tokens.next();
      if (this.#take("newline")) return;
    }
  }

  /** `: …` on the same line, or an indented block. */
  #block(): Body {
    const tokens = this.#tokens;
    const body: Statement[] = [];
    if (!this.#expressions.expect(":")) {
      // What stands before it is left out.
      while (tokens.kind !== ":" && tokens.kind !== "newline" && tokens.kind !== "end") tokens.next();
      this.#take(":");
    }
    if (!this.#take("newline")) this.#line(body);
    else if (this.#expressions.isAt("indent")) this.#indented(body);
    else tokens.noteMistake(tokens.from);
    return body;
  }

  #indented(body: Statement[]): void {
    this.#nesting.enter();
    this.#take("indent");
    this.#statements(body);
    this.#take("dedent");
    this.#nesting.leave();
  }

  #otherwise(word: "else" | "finally"): Body | undefined {
    return this.#take(word) ? this.#block() : undefined;
  }

  /** A function or a class with what stands before it, or another statement behind `async`. */
  #decorated(): readonly Statement[] {
    const tokens = this.#tokens;
    const decorators: Expression[] = [];
    while (this.#take("@")) {
      decorators.push(this.#expressions.named());
      if (!this.#take("newline")) tokens.noteMistake(tokens.from);
    }
    this.#take("async");
    switch (tokens.kind) {
      case "def":
        return [this.#function(decorators)];
      case "class":
        return [this.#class(decorators)];
      case "for":
        return [this.#for()];
      case "with":
        return [this.#with()];
      default:
        tokens.noteMistake(tokens.from);
        return decorators;
    }
  }

  #function(decorators: readonly Expression[]): Statement {
    const parser = this.#expressions;
    this.#tokens.next();
    const name = parser.name();
    const typeParameters = this.#tokens.kind === "[" ? parseTypeParameters(parser) : undefined;
    const hasParameters = this.#tokens.kind === "(";
    if (!hasParameters) this.#tokens.noteMistake(this.#tokens.from);
    const parameters = hasParameters ? parseParameters(parser, ")", true) : NO_PARAMETERS;
    const returns = this.#take("->") ? parser.expression() : undefined;
    return {
      ...{ type: "FunctionDefinition", decorators, name, typeParameters, parameters, returns },
      body: this.#block(),
    };
  }

  #class(decorators: readonly Expression[]): Statement {
    const parser = this.#expressions;
    this.#tokens.next();
    const name = parser.name();
    const typeParameters = this.#tokens.kind === "[" ? parseTypeParameters(parser) : undefined;
    const bases: Expression[] = [];
    if (this.#tokens.kind === "(") parser.callArguments(bases);
    return { type: "ClassDefinition", decorators, name, typeParameters, bases, body: this.#block() };
  }

  #if(): Statement {
    const clauses: { test: Expression; body: Body }[] = [];
    while (this.#take(clauses.length === 0 ? "if" : "elif")) {
      const test = this.#expressions.named();
      clauses.push({ test, body: this.#block() });
    }
    return { type: "If", clauses, otherwise: this.#otherwise("else") };
  }

  #for(): Statement {
    this.#tokens.next();
    const target = this.#expressions.targets();
    this.#expressions.expect("in");
    const iterated = this.#expressions.list();
    return { type: "For", target, iterated, body: this.#block(), otherwise: this.#otherwise("else") };
  }

  #try(): Statement {
    this.#tokens.next();
    const body = this.#block();
    const handlers: ExceptHandler[] = [];
    while (this.#take("except")) {
      this.#take("*");
      const caught = this.#expressions.isStart() ? this.#expressions.list() : undefined;
      const name = this.#take("as") ? this.#expressions.name() : undefined;
      handlers.push({ caught, name, body: this.#block() });
    }
    return { type: "Try", body, handlers, otherwise: this.#otherwise("else"), last: this.#otherwise("finally") };
  }

  #with(): Statement {
    const tokens = this.#tokens;
    tokens.next();
    const start = tokens.mark();
    let items: WithItem[] = [];
    // Parentheses may be around all managers with their names, or belong to the first one.
    if (tokens.kind === "(") this.#expressions.items(")", () => items.push(this.#withItem()));
    if (tokens.kind !== ":" || items.length === 0 || tokens.mistake !== start.mistake) {
      tokens.goBack(start);
      items = [];
      do items.push(this.#withItem());
      while (this.#take(","));
    }
    return { type: "With", items, body: this.#block() };
  }

  #withItem(): WithItem {
    const manager = this.#expressions.element();
    return { manager, target: this.#take("as") ? this.#expressions.element() : undefined };
  }

  /** Undefined where `match` is a name like others. */
  #match(): Statement | undefined {
    const tokens = this.#tokens;
    const start = tokens.mark();
    tokens.next();
    if (this.#expressions.isStart()) {
      const subject = this.#expressions.list();
      const isMatch = this.#take(":") && tokens.kind === "newline";
      if (isMatch) return { type: "Match", subject, cases: this.#cases() };
    }
    tokens.goBack(start);
    return undefined;
  }

  #cases(): readonly MatchCase[] {
    const tokens = this.#tokens;
    const cases: MatchCase[] = [];
    this.#take("newline");
    if (!this.#take("indent")) {
      tokens.noteMistake(tokens.from);
      return cases;
    }
    this.#nesting.enter();
    while (tokens.kind !== "end" && tokens.kind !== "dedent") {
      if (tokens.kind === "name" && tokens.text() === "case") {
        tokens.next();
        const pattern = this.#patterns.list();
        const guard = this.#take("if") ? this.#expressions.named() : undefined;
        cases.push({ pattern, guard, body: this.#block() });
      } else {
        tokens.noteMistake(tokens.from);
        this.#statement([]);
      }
    }
    this.#take("dedent");
    this.#nesting.leave();
    return cases;
  }
}
