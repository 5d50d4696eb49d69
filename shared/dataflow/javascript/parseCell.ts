import { parse, type Expression, type ImportDeclaration, type Program, type Statement } from "acorn";
import { err, ok, type Result } from "../../base/result.ts";
import type { CellSyntaxError } from "../CompiledCell.ts";
import { quickTree } from "./quickTree.ts";

/**
 * A cell read as JavaScript. As in a console, an expression is tried first, so that `{a: 1}` is an object; a named
 * function or class alone is a program, because it is meant as a definition.
 */
export type ParsedCell =
  | { readonly kind: "expression"; readonly expression: Expression; readonly start: number; readonly end: number }
  | {
      readonly kind: "program";
      readonly body: readonly Statement[];
      readonly imports: readonly HoistedImport[];
    };

/** `leading`: no statement but imports stands before it. */
export interface HoistedImport {
  readonly declaration: ImportDeclaration;
  readonly leading: boolean;
}

/** Text put before a source to try it as an expression; offsets of that parse are larger by its length. */
export const OPEN = "(";
export const PARSE_OPTIONS = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowHashBang: false,
} as const;

/** Space and comments. Each part ends in one way only, so that no source makes the search long. */
const BLANK = /(?:\s|\/\/[^\n\r\u2028\u2029]*(?:[\n\r\u2028\u2029]|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*/y;
/** Words with which no expression begins. */
const STATEMENT = /(?:const|let|var|if|for|while|do|switch|try|throw|return)(?![\w$])/y;

/** Module rules: strict mode, top-level await, no HTML comments. */
export function parseCell(source: string): Result<ParsedCell, CellSyntaxError> {
  // Most programs are told by their first word: to try them as an expression would parse them twice, and throw.
  const program = isStatement(source);
  return parseQuickly(source, program) ?? parseWithAcorn(source, program);
}

/** Undefined for what only acorn can decide. */
function parseQuickly(source: string, isProgram: boolean): Result<ParsedCell, CellSyntaxError> | undefined {
  const inParentheses = isProgram ? undefined : quickTree(parenthesized(source), { preserveParens: true });
  const expression = inParentheses && expressionOf(inParentheses);
  if (expression) return ok(expression);
  const program = quickTree(source, { preserveParens: false });
  return program && programOf(program, source);
}

function parseWithAcorn(source: string, isProgram: boolean): Result<ParsedCell, CellSyntaxError> {
  const asExpression = isProgram ? err(undefined) : parseExpression(source);
  if (asExpression.ok) return asExpression;
  try {
    return programOf(parse(source, PARSE_OPTIONS), source);
  } catch (error) {
    const failure = readFailure(error, source, 0);
    // The reading that came further is the one that was meant: `{a: 1, b: }` is a broken object, not a broken block.
    const other = asExpression.error;
    return err((other !== undefined && other.at > failure.at ? other : failure).error);
  }
}

function isStatement(source: string): boolean {
  STATEMENT.lastIndex = skipBlank(source, 0);
  return STATEMENT.test(source);
}

/** The place behind the space and comments at `at`. */
export function skipBlank(source: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(source);
  return BLANK.lastIndex;
}

export interface Failure {
  readonly at: number;
  readonly error: CellSyntaxError;
}

function parseExpression(source: string): Result<ParsedCell, Failure | undefined> {
  try {
    const expression = expressionOf(parse(parenthesized(source), { ...PARSE_OPTIONS, preserveParens: true }));
    return expression ? ok(expression) : err(undefined);
  } catch (error) {
    const failure = readFailure(error, source, OPEN.length);
    return err(failure.at < source.length ? failure : undefined);
  }
}

/** The newline closes a comment at the end of the source. */
const parenthesized = (source: string): string => `${OPEN}${source}\n)`;

/** What stands in the parentheses put around a source, if that is one expression that is meant as such. */
function expressionOf(program: Program): ParsedCell | undefined {
  const [statement] = program.body;
  if (program.body.length !== 1 || statement?.type !== "ExpressionStatement") return undefined;
  const outer = statement.expression;
  // `a) + (b` parses too, but then the outermost node is not our pair of parentheses.
  if (outer.type !== "ParenthesizedExpression" || outer.end !== program.end) return undefined;
  const { expression } = outer;
  const named = expression.type === "FunctionExpression" || expression.type === "ClassExpression";
  if (named && expression.id) return undefined;
  // Where it stands in the source.
  const [start, end] = [expression.start - OPEN.length, expression.end - OPEN.length];
  return { kind: "expression", expression, start, end };
}

function programOf(program: Program, source: string): Result<ParsedCell, CellSyntaxError> {
  const body: Statement[] = [];
  const imports: HoistedImport[] = [];
  for (const statement of program.body) {
    switch (statement.type) {
      case "ImportDeclaration":
        if (statement.attributes.length > 0) return err(refusal(source, statement.start, NO_ATTRIBUTES));
        imports.push({ declaration: statement, leading: body.length === 0 });
        break;
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
      case "ExportAllDeclaration":
        return err(
          refusal(source, statement.start, "`export` is not needed: other cells can use every name a cell defines"),
        );
      default:
        body.push(statement);
    }
  }
  return ok({ kind: "program", body, imports });
}

const NO_ATTRIBUTES = "only modules of JavaScript can be imported: leave out what stands after `with`";

/** An error at a place in the source. Lines are not counted while parsing: that would cost more than all that needs them. */
export function refusal(source: string, at: number, message: string): CellSyntaxError {
  return { ...placeOf(source, at), message };
}

/** What acorn threw, for people. `shift`: characters put before the source. */
export function readFailure(error: unknown, source: string, shift: number): Failure {
  // reason: acorn throws SyntaxErrors that carry `pos`; anything else is a bug and must not be taken for one.
  const pos = error instanceof SyntaxError ? (error as SyntaxError & { pos?: number }).pos : undefined;
  if (pos === undefined) throw error;
  const at = Math.max(0, pos - shift);
  // reason: a SyntaxError, as just checked.
  const raw = (error as SyntaxError).message.replace(/ \(\d+:\d+\)$/, "");
  return { at, error: { ...placeOf(source, at), message: forPeople(raw, source, at) } };
}

/** Line and column, from 1. */
export function placeOf(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** What a reader would call one thing in a source; of a name that nobody reads, its beginning. */
const TOKEN = /[\p{ID_Continue}$]{1,40}|=>|\.{3}|[^\s]/uy;
/** How Observable declares a control. */
const VIEWOF = /^viewof\s+([\p{ID_Continue}$]{1,40})\s*=/u;

/** Acorn's words, made clearer where a newcomer would be lost. */
function forPeople(message: string, source: string, at: number): string {
  if (message.startsWith("'return' outside of function")) {
    return "`return` works only inside a function; the value of a cell is its last expression";
  }
  if (message !== "Unexpected token") return message;
  if (at >= source.trimEnd().length) return "the cell ends too early: a bracket, brace or expression is not finished";
  const control = VIEWOF.exec(source.slice(skipBlank(source, 0)))?.[1];
  if (control !== undefined) {
    return `\`viewof\` is not needed: after \`const ${control} = Inputs.…\` the control is shown, and ${control} is its value`;
  }
  TOKEN.lastIndex = at;
  return `${message} \`${TOKEN.exec(source)?.[0] ?? ""}\``;
}
