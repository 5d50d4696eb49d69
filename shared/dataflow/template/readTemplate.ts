import { parseExpressionAt, type Expression } from "acorn";
import { err, ok, type Result } from "../../base/result.ts";
import type { CellSyntaxError } from "../CompiledCell.ts";
import { PARSE_OPTIONS, placeOf, readFailure, refusal, skipBlank } from "../javascript/parseCell.ts";

/** `${…}` in a text. Offsets in the text: `start` is the dollar's, `end` is behind the brace that closes. */
export interface TemplateValue {
  readonly start: number;
  readonly end: number;
  readonly expression: Expression;
}

/** Values in one cell: to find each costs what stands before it. More are data, which belong in a variable. */
export const VALUES_LIMIT = 1_000;
const ADVICE = "; for a dollar and a brace as text write \\${";

/**
 * Finds the values in a cell that is written as text (HTML, Markdown, TeX, Mermaid, SQL): `${…}` with an expression of
 * JavaScript in it, as in a template literal. `\${` is a dollar and a brace; a backslash means nothing anywhere else.
 */
export function readTemplate(source: string): Result<readonly TemplateValue[], CellSyntaxError> {
  const values: TemplateValue[] = [];
  for (let start = nextValue(source, 0); start >= 0;) {
    const value = readValue(source, start);
    if (!value.ok) return value;
    if (values.push(value.value) > VALUES_LIMIT) return err(tooMany(source, start));
    start = nextValue(source, value.value.end);
  }
  return ok(values);
}

/** The value whose dollar is at `start`. */
export function readValue(source: string, start: number): Result<TemplateValue, CellSyntaxError> {
  const expression = readExpression(source, start + 2);
  if (!expression.ok) return expression;
  const close = skipBlank(source, expression.value.end);
  if (source.charAt(close) !== "}") {
    return err({ ...placeOf(source, expression.value.end), message: `a } is missing after this value${ADVICE}` });
  }
  return ok({ start, end: close + 1, expression: expression.value });
}

/** The value at `at` is one too many. */
export const tooMany = (source: string, at: number): CellSyntaxError =>
  refusal(source, at, `a cell can have ${VALUES_LIMIT} values in its text: put a list of them into one`);

function readExpression(source: string, at: number): Result<Expression, CellSyntaxError> {
  try {
    return ok(parseExpressionAt(source, at, { ...PARSE_OPTIONS, preserveParens: true }));
  } catch (error) {
    const failure = readFailure(error, source, 0).error;
    return err({ ...failure, message: `${failure.message} in \${…}${ADVICE}` });
  }
}

function nextValue(source: string, from: number): number {
  let at = source.indexOf("${", from);
  while (at >= 0 && isEscaped(source, at)) at = source.indexOf("${", at + 1);
  return at;
}

/** True if the character stands behind an odd number of backslashes: `\\${x}` is TeX's new line, and a value. */
export function isEscaped(source: string, at: number): boolean {
  let before = at;
  while (before > 0 && source.charAt(before - 1) === "\\") before--;
  return (at - before) % 2 === 1;
}
