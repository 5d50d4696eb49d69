import { err, ok, type Result } from "../../base/result.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { CellWalk } from "../javascript/CellWalk.ts";
import { SQL_HOOK } from "../javascript/insertions.ts";
import { isPrivate, NameUses } from "../javascript/NameUses.ts";
import { NO_IMPORT } from "../javascript/imports.ts";
import { refusal } from "../javascript/parseCell.ts";
import { isEscaped, readValue, tooMany, VALUES_LIMIT, type TemplateValue } from "../template/readTemplate.ts";
import { templateCode } from "../template/templateCode.ts";
import { SqlNames } from "./SqlNames.ts";
import { sqlStatements, sqlTokens, type SqlToken } from "./sqlTokens.ts";

/**
 * Compiles a cell in SQL. It reads the tables it mentions and does not make itself, each the value of that name, and the
 * names in its values `${…}`, which are bound as parameters. It defines the tables it makes or changes, and the name that
 * a first comment `-- name: …` gives its last result. The code is JavaScript that hands the texts between the values, and
 * the values, to a tag (`workers/sql`).
 */
export function compileSql(source: string): Result<CompiledCell, CellSyntaxError> {
  const read = readSql(source);
  if (!read.ok) return read;
  const { values, names, result } = read.value;
  const uses = new NameUses();
  const walk = new CellWalk(uses);
  walk.walk(
    values.map(({ expression }) => expression),
    [],
  );
  const assigned = uses.undeclared().at(0) ?? uses.defines().at(0);
  const [imported] = walk.imports.keys();
  const refused = walk.refused ?? (imported === undefined ? undefined : { at: imported, message: NO_IMPORT });
  if (refused) return err(refusal(source, refused.at, refused.message));
  if (assigned !== undefined) return err(refusal(source, 0, `a value in SQL cannot assign to ${assigned}`));
  const made = [...names.defines, ...(result === undefined ? [] : [result.name])];
  const lines = values.map(({ start, end }) => source.slice(start, end).split("\n").length - 1);
  const before = `"use strict";return(${SQL_HOOK}([${lines.join(",")}])`;
  return ok({
    language: "sql",
    code: templateCode(source, values, { before, after: ")" }),
    defines: [...new Set(made)].filter((one) => !isPrivate(one)),
    inputs: [...new Set([...names.reads, ...uses.references()])].filter((one) => !isPrivate(one)),
    globals: uses.globals(),
    fallbacks: [],
    tables: [...names.reads],
  });
}

interface ReadSql {
  readonly tokens: readonly SqlToken[];
  readonly values: readonly TemplateValue[];
  readonly names: SqlNames;
  /** The name that a first comment gives the last result, and its place. */
  readonly result: ResultName | undefined;
}

/** What is written in a cell in SQL, and where. */
export function readSql(source: string): Result<ReadSql, CellSyntaxError> {
  const read = readTokens(source);
  if (!read.ok) return read;
  const { tokens, values } = read.value;
  const result = resultName(source, tokens[0]?.start ?? source.length);
  if (!result.ok) return result;
  const names = new SqlNames();
  for (const statement of sqlStatements(tokens)) names.statement(statement);
  return ok({ tokens, values, names, result: result.value });
}

interface ResultName {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What a first comment may say. As many tools for SQL have it. */
const NAME = /^[ \t]*--[ \t]*name[ \t]*:(.*)$/m;
const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** The name given in the comments before the first word. */
function resultName(source: string, end: number): Result<ResultName | undefined, CellSyntaxError> {
  const match = NAME.exec(source.slice(0, end));
  if (match === null) return ok(undefined);
  const [line, rest = ""] = match;
  const name = rest.trim();
  const from = match.index + line.length - rest.trimStart().length;
  if (IDENTIFIER.test(name)) return ok({ name, from, to: from + name.length });
  return err(refusal(source, source.indexOf("--", match.index), `“${name}” cannot be the name of a variable`));
}

const IN_QUOTES = "a value is bound by itself: take away the quotes around it, or write \\${ for a dollar and a brace";

function readTokens(
  source: string,
): Result<{ readonly tokens: readonly SqlToken[]; readonly values: readonly TemplateValue[] }, CellSyntaxError> {
  const values: TemplateValue[] = [];
  let failure: CellSyntaxError | undefined;
  const tokens = sqlTokens(source, (at) => {
    if (failure !== undefined || !source.startsWith("${", at)) return undefined;
    const value = readValue(source, at);
    if (!value.ok) {
      failure = value.error;
      return undefined;
    }
    if (values.push(value.value) > VALUES_LIMIT) failure = tooMany(source, at);
    return value.value.end;
  });
  if (failure !== undefined) return err(failure);
  for (const { kind, start, end } of tokens) {
    if (kind === "value") continue;
    const at = source.slice(0, end).indexOf("${", start);
    if (at >= 0 && !isEscaped(source, at)) return err(refusal(source, at, IN_QUOTES));
  }
  return ok({ tokens, values });
}
