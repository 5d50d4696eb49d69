import type { Expressions } from "./Expressions.ts";
import type { Expression, Name, Parameters, TypeParameters } from "./nodes.ts";

export const NO_PARAMETERS: Parameters = { names: [], defaults: [], annotations: [], from: 0, to: 0 };

/** Of a function, in parentheses, or of a `lambda`, up to its `:`. */
export function parseParameters(parser: Expressions, close: ")" | ":", annotated: boolean): Parameters {
  const { tokens } = parser;
  const names: Name[] = [];
  const defaults: Expression[] = [];
  const annotations: Expression[] = [];
  const { from } = tokens;
  const parameter = (): void => {
    // `*args`, `**options`, and the signs between kinds of parameters.
    if (tokens.kind === "*" || tokens.kind === "**" || tokens.kind === "operator") tokens.next();
    const name = tokens.kind === "name" ? parser.name() : undefined;
    if (name === undefined) return;
    names.push(name);
    if (annotated && parser.take(":")) annotations.push(parser.element());
    if (parser.take("=")) defaults.push(parser.expression());
  };
  if (close === ":") {
    while (parser.isStart() || tokens.kind === "operator") {
      parameter();
      if (!parser.take(",")) break;
    }
    return { names, defaults, annotations, from, to: from };
  }
  const to = parser.items(close, parameter);
  return { names, defaults, annotations, from, to };
}

/** `[T: bound = default, *Ts, **P]` */
export function parseTypeParameters(parser: Expressions): TypeParameters {
  const { tokens } = parser;
  const names: Name[] = [];
  const bounds: Expression[] = [];
  parser.items("]", () => {
    if (tokens.kind === "*" || tokens.kind === "**") tokens.next();
    const name = parser.name();
    if (name) names.push(name);
    if (parser.take(":")) bounds.push(parser.expression());
    if (parser.take("=")) bounds.push(parser.element());
  });
  return { names, bounds };
}
