import type { Expressions } from "./Expressions.ts";
import { parseStrings } from "./formattedStrings.ts";
import type { Nesting } from "./Nesting.ts";
import { CONSTANT, type Comprehension, type ComprehensionClause, type Expression, type Name } from "./nodes.ts";
import { parseParameters } from "./parameters.ts";
import type { PythonTokens } from "./PythonTokens.ts";
import type { TokenKind } from "./TokenKind.ts";

const STARTS: ReadonlySet<TokenKind> = new Set([
  ...(["name", "number", "constant", "text", "bytes", "formatted", "(", "[", "{", "..."] as const),
  ...(["sign", "~", "*", "**", "not", "await", "lambda", "yield"] as const),
]);

/**
 * Reads expressions. Each method stands at the first token of what it reads, and leaves off behind the last. Where
 * something is missing, it notes the mistake, takes no token, and goes on as if it were there. The order in which operators
 * bind is left out, as it does not matter to names.
 */
export class ExpressionParser implements Expressions {
  readonly tokens: PythonTokens;
  readonly #nesting: Nesting;

  constructor(tokens: PythonTokens, nesting: Nesting) {
    this.tokens = tokens;
    this.#nesting = nesting;
  }

  isStart(): boolean {
    return STARTS.has(this.tokens.kind);
  }

  expect(kind: TokenKind): boolean {
    if (this.tokens.kind === kind) {
      this.tokens.next();
      return true;
    }
    this.tokens.noteMistake(this.tokens.from);
    return false;
  }

  isAt(kind: TokenKind): boolean {
    return this.tokens.kind === kind;
  }

  take(kind: TokenKind): boolean {
    if (this.tokens.kind !== kind) return false;
    this.tokens.next();
    return true;
  }

  name(): Name | undefined {
    const { tokens } = this;
    if (tokens.kind !== "name") {
      tokens.noteMistake(tokens.from);
      return undefined;
    }
    const name = nameAt(tokens);
    tokens.next();
    return name;
  }

  list(): Expression {
    const first = this.element();
    if (this.tokens.kind !== ",") return first;
    const elements = [first];
    while (this.take(",") && this.isStart()) elements.push(this.element());
    return { type: "Sequence", elements };
  }

  element(): Expression {
    const { kind } = this.tokens;
    if (kind !== "*" && kind !== "**") return this.named();
    this.tokens.next();
    return this.expression();
  }

  named(): Expression {
    const target = this.expression();
    return this.take(":=") ? { type: "NamedExpression", target, value: this.expression() } : target;
  }

  expression(): Expression {
    this.#nesting.enter();
    let found = this.#operands();
    if (this.take("if")) {
      const test = this.#operands();
      const otherwise = this.expect("else") ? this.expression() : CONSTANT;
      found = { type: "Conditional", test, then: found, otherwise };
    }
    this.#nesting.leave();
    return found;
  }

  /** What a `for` gives values to: without operators, as `in` ends it. */
  targets(): Expression {
    const first = this.#target();
    if (this.tokens.kind !== ",") return first;
    const elements = [first];
    while (this.take(",") && this.isStart()) elements.push(this.#target());
    return { type: "Sequence", elements };
  }

  #target(): Expression {
    this.take("*");
    return this.#access();
  }

  /** Values with operators before and between them. */
  #operands(): Expression {
    this.#skipPrefixes();
    const first = this.#access();
    if (!this.#takeOperator()) return first;
    const parts = [first];
    do {
      this.#skipPrefixes();
      parts.push(this.#access());
    } while (this.#takeOperator());
    return { type: "Operation", parts };
  }

  #skipPrefixes(): void {
    const { tokens } = this;
    while (tokens.kind === "sign" || tokens.kind === "not" || tokens.kind === "~" || tokens.kind === "await")
      tokens.next();
  }

  #takeOperator(): boolean {
    const { tokens } = this;
    switch (tokens.kind) {
      case "operator":
      case "sign":
      case "*":
      case "**":
      case "@":
      case "%":
      case "|":
      case "and":
      case "or":
      case "in":
      case "is":
        tokens.next();
        return true;
      case "not":
        tokens.next();
        this.expect("in");
        return true;
      default:
        return false;
    }
  }

  #access(): Expression {
    const { tokens } = this;
    const value = this.#atom();
    if (tokens.kind !== "." && tokens.kind !== "(" && tokens.kind !== "[") return value;
    const parts: Expression[] = [];
    let calls = false;
    for (;;) {
      if (this.take(".")) this.expect("name");
      else if (this.isAt("(")) {
        this.callArguments(parts);
        calls = true;
      } else if (this.isAt("[")) this.#subscript(parts);
      else return { type: "Access", value, parts, calls };
    }
  }

  #atom(): Expression {
    const { tokens } = this;
    switch (tokens.kind) {
      case "name": {
        const name = nameAt(tokens);
        tokens.next();
        return name;
      }
      case "number":
      case "constant":
      case "...":
        tokens.next();
        return CONSTANT;
      case "text":
      case "bytes":
      case "formatted":
        return parseStrings(this);
      case "(":
        return this.#group();
      case "[":
        return this.#elements("]");
      case "{":
        return this.#display();
      case "lambda":
        return this.#lambda();
      case "yield":
        tokens.next();
        if (this.take("from")) return this.expression();
        return this.isStart() ? this.list() : CONSTANT;
      default:
        tokens.noteMistake(tokens.from);
        return CONSTANT;
    }
  }

  #lambda(): Expression {
    this.tokens.next();
    const parameters = parseParameters(this, ":", false);
    this.expect(":");
    return { type: "Lambda", parameters, body: this.expression() };
  }

  #group(): Expression {
    const sequence = this.#elements(")");
    if (sequence.type !== "Sequence" || sequence.elements.length !== 1) return sequence;
    // With a comma behind its only element, too, that element is what gets and gives values.
    return sequence.elements[0] ?? CONSTANT;
  }

  #elements(close: ")" | "]"): Expression {
    const elements: Expression[] = [];
    let comprehension: Comprehension | undefined;
    this.items(close, () => {
      const element = this.element();
      if (this.#isClause()) comprehension = this.#comprehension([element]);
      else elements.push(element);
    });
    return comprehension ?? { type: "Sequence", elements };
  }

  /** A set or a dictionary. */
  #display(): Expression {
    const parts: Expression[] = [];
    let comprehension: Comprehension | undefined;
    this.items("}", () => {
      const first = this.element();
      const pair = this.take(":") ? [first, this.expression()] : [first];
      if (this.#isClause()) comprehension = this.#comprehension(pair);
      else parts.push(...pair);
    });
    return comprehension ?? { type: "Operation", parts };
  }

  #subscript(parts: Expression[]): void {
    this.items("]", () => {
      if (this.tokens.kind !== ":") parts.push(this.element());
      while (this.take(":")) if (this.isStart()) parts.push(this.element());
    });
  }

  /** Of a call or a class, in parentheses. The names of keywords are not of the cell. */
  callArguments(parts: Expression[]): void {
    this.items(")", () => {
      const first = this.element();
      if (first.type === "Name" && this.take("=")) parts.push(this.expression());
      else parts.push(this.#isClause() ? this.#comprehension([first]) : first);
    });
  }

  items(close: ")" | "]" | "}", item: () => void): number {
    const { tokens } = this;
    tokens.next();
    while (tokens.kind !== close) {
      if (tokens.kind === "newline" || tokens.kind === "end") {
        tokens.noteMistake(tokens.from);
        return tokens.from;
      }
      const { from } = tokens;
      item();
      if (tokens.kind === "," || tokens.kind === close) this.take(",");
      else {
        tokens.noteMistake(tokens.from);
        // The bracket of another may be closed here.
        if (tokens.kind === ")" || tokens.kind === "]" || tokens.kind === "}") return tokens.from;
        if (tokens.from === from) tokens.next();
      }
    }
    const { to } = tokens;
    tokens.next();
    return to;
  }

  #isClause(): boolean {
    return this.tokens.kind === "for" || this.tokens.kind === "async";
  }

  #comprehension(elements: readonly Expression[]): Comprehension {
    const clauses: ComprehensionClause[] = [];
    while (this.#isClause()) {
      this.take("async");
      this.expect("for");
      const target = this.targets();
      this.expect("in");
      const iterated = this.#operands();
      const tests: Expression[] = [];
      while (this.take("if")) tests.push(this.#operands());
      clauses.push({ target, iterated, tests });
    }
    return { type: "Comprehension", elements, clauses };
  }
}

const BEYOND_ASCII = /[^ -~]/;

/** Python takes letters that look different, and mean the same, for one. */
function nameAt(tokens: PythonTokens): Name {
  const text = tokens.text();
  const name = BEYOND_ASCII.test(text) ? text.normalize("NFKC") : text;
  return { type: "Name", name, from: tokens.from, to: tokens.to };
}
