import type { Expressions } from "./Expressions.ts";
import { parseStrings } from "./formattedStrings.ts";
import type { Nesting } from "./Nesting.ts";
import { NO_PATTERN, type Name, type Pattern } from "./nodes.ts";

/** Reads patterns of `case`, as `ExpressionParser` reads expressions. */
export class PatternParser {
  readonly #expressions: Expressions;
  readonly #nesting: Nesting;

  constructor(expressions: Expressions, nesting: Nesting) {
    this.#expressions = expressions;
    this.#nesting = nesting;
  }

  /** All that stands behind `case`. */
  list(): Pattern {
    const { tokens } = this.#expressions;
    const parts = [this.pattern()];
    while (this.#expressions.take(",") && tokens.kind !== ":" && tokens.kind !== "if") parts.push(this.pattern());
    return patternOf(parts);
  }

  pattern(): Pattern {
    this.#nesting.enter();
    const parser = this.#expressions;
    const parts = [this.#single()];
    while (parser.take("|")) parts.push(this.#single());
    if (parser.take("as")) {
      const name = parser.name();
      if (name) parts.push(capture(name));
    }
    this.#nesting.leave();
    return patternOf(parts);
  }

  #single(): Pattern {
    const parser = this.#expressions;
    const { tokens } = parser;
    switch (tokens.kind) {
      case "name":
        return this.#named();
      case "*": {
        tokens.next();
        const name = parser.name();
        return name ? capture(name) : NO_PATTERN;
      }
      case "(":
        return this.#items(")", () => this.pattern());
      case "[":
        return this.#items("]", () => this.pattern());
      case "{":
        return this.#items("}", () => this.#pair());
      case "text":
      case "bytes":
      case "formatted":
        parseStrings(parser);
        return NO_PATTERN;
      default:
        this.#number();
        return NO_PATTERN;
    }
  }

  /** A number of one part or two, or a constant. */
  #number(): void {
    const { tokens } = this.#expressions;
    const { from } = tokens;
    while (tokens.kind === "sign" || tokens.kind === "number") tokens.next();
    if (tokens.kind === "constant" || tokens.kind === "...") tokens.next();
    if (tokens.from === from) tokens.noteMistake(from);
  }

  /** A name that gets the value; or one that is read: with a part of it, or as a class. */
  #named(): Pattern {
    const parser = this.#expressions;
    const { tokens } = parser;
    const name = parser.name();
    if (name === undefined) return NO_PATTERN;
    if (tokens.kind !== "." && tokens.kind !== "(") return capture(name);
    while (parser.take(".")) parser.name();
    const value: Pattern = { type: "Value", name };
    if (tokens.kind !== "(") return value;
    return patternOf([value, this.#items(")", () => this.#argument())]);
  }

  #argument(): Pattern {
    const first = this.pattern();
    return this.#expressions.take("=") ? this.pattern() : first;
  }

  #pair(): Pattern {
    const parser = this.#expressions;
    if (parser.take("**")) {
      const name = parser.name();
      return name ? capture(name) : NO_PATTERN;
    }
    const key = this.pattern();
    parser.expect(":");
    return patternOf([key, this.pattern()]);
  }

  #items(close: ")" | "]" | "}", item: () => Pattern): Pattern {
    const parts: Pattern[] = [];
    this.#expressions.items(close, () => parts.push(item()));
    return patternOf(parts);
  }
}

const patternOf = (parts: readonly Pattern[]): Pattern => {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { type: "Patterns", parts };
};

/** `_` takes any value, and none is kept. */
const capture = (name: Name): Pattern => (name.name === "_" ? NO_PATTERN : { type: "Capture", name });
