import { err, ok, type Result } from "../../base/result.ts";
import { CellWalk } from "./CellWalk.ts";
import { lexicalName, varNames } from "./declaredNames.ts";
import {
  callHook,
  hideImport,
  importedNames,
  importStatement,
  moduleNamed,
  moduleOf,
  withInserts,
  withHiddenTexts,
  type Insert,
} from "./imports.ts";
import { EXPORT_HOOK, insertion } from "./insertions.ts";
import { isPrivate, NameUses } from "./NameUses.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { OPEN, parseCell, refusal, type ParsedCell } from "./parseCell.ts";
import type { Statement } from "acorn";

/**
 * Compiles one cell by itself: what its inputs are bound to is decided by `resolveInputs`. Pure and synchronous. The code
 * is the body of an async function whose parameters are the inputs. It first hands getters of its definitions to
 * `EXPORT_HOOK`, so that what was defined before an error is kept, and returns the value of its last expression. What was
 * put in is marked (`insertions.ts`).
 */
export function compileCell(source: string): Result<CompiledCell, CellSyntaxError> {
  const parsed = parseCell(source);
  if (!parsed.ok) return parsed;
  const cell = parsed.value;
  const declared = declaredNames(cell);
  const uses = new NameUses();
  const walk = new CellWalk(uses);
  walk.walk(cell.kind === "expression" ? [cell.expression] : cell.body, declared.all);
  if (walk.refused) {
    // An expression was parsed behind one parenthesis, which is not in the cell.
    const shift = cell.kind === "expression" ? OPEN.length : 0;
    return err(refusal(source, walk.refused.at - shift, walk.refused.message));
  }
  const defines = [...new Set([...declared.shared, ...uses.defines()])];
  const imports = importsOf(cell, walk);
  return ok({
    language: "javascript",
    code: insertCode(source, cell, {
      start: prologue(defines, uses.undeclared()) + imports.first,
      inserts: imports.inserts,
    }),
    defines,
    inputs: uses.references(),
    globals: uses.globals(),
    fallbacks: [],
    ...(imports.modules.length > 0 && { imports: imports.modules }),
  });
}

interface CellImports {
  readonly modules: readonly string[];
  readonly inserts: readonly Insert[];
  /** Statements for imports that stand behind others: they are executed first all the same. */
  readonly first: string;
}

const NO_IMPORTS: CellImports = { modules: [], inserts: [], first: "" };

function importsOf(cell: ParsedCell, walk: CellWalk): CellImports {
  const declared = cell.kind === "program" ? cell.imports : [];
  if (declared.length === 0 && walk.imports.size === 0) return NO_IMPORTS;
  const called = [...walk.imports.values()];
  const shift = cell.kind === "expression" ? OPEN.length : 0;
  const late = declared.filter(({ leading }) => !leading);
  const modules = [
    ...declared.map(({ declaration }) => moduleOf(declaration)),
    ...called.flatMap((one) => moduleNamed(one) ?? []),
  ];
  return {
    modules: [...new Set(modules)],
    inserts: [
      ...declared.flatMap(({ declaration, leading }) => hideImport(declaration, leading)),
      ...called.flatMap(callHook).map(({ at, text }) => ({ at: at - shift, text })),
    ],
    first: late.map(({ declaration }) => importStatement(declaration)).join(""),
  };
}

export interface CellNames {
  readonly defines: readonly string[];
  readonly references: readonly string[];
  readonly error?: CellSyntaxError;
}

/** What a cell defines and reads. A cell that cannot be read defines and reads nothing. */
export function analyseCell(source: string): CellNames {
  const compiled = compileCell(source);
  if (!compiled.ok) return { defines: [], references: [], error: compiled.error };
  return { defines: compiled.value.defines, references: compiled.value.inputs };
}

function declaredNames(cell: ParsedCell): { all: readonly string[]; shared: readonly string[] } {
  if (cell.kind === "expression") return { all: [], shared: [] };
  const inOrder = cell.imports.flatMap(({ declaration }) => importedNames(declaration));
  const loops: string[] = [];
  // A resource declared with `using` is disposed when the cell ends, so nobody else can have it.
  const disposed: string[] = [];
  for (const statement of cell.body) {
    varNames(statement, { statements: inOrder, loops });
    lexicalName(statement, isUsing(statement) ? disposed : inOrder);
  }
  return { all: [...inOrder, ...loops, ...disposed], shared: inOrder.filter((name) => !isPrivate(name)) };
}

const isUsing = (statement: Statement): boolean =>
  statement.type === "VariableDeclaration" && (statement.kind === "using" || statement.kind === "await using");

/** Getters, not values: a name has its value only after its declaration was reached, and may change later. */
export function prologue(defines: readonly string[], undeclared: readonly string[]): string {
  const getters = defines.map((name) => `()=>${name}`).join(",");
  const vars = undeclared.length === 0 ? "" : `var ${undeclared.join(",")};`;
  return `"use strict";${EXPORT_HOOK}([${getters}]);${vars}`;
}

function insertCode(
  source: string,
  cell: ParsedCell,
  { start, inserts }: { readonly start: string; readonly inserts: readonly Insert[] },
): string {
  if (cell.kind === "expression") {
    // Right before it: engines say the line of the `return` for a name that is not there.
    const inner = withInserts(source, inserts, cell.start, cell.end);
    const value = `${insertion("return(")}${inner}${insertion(");")}`;
    return `${insertion(start)}${source.slice(0, cell.start)}${value}${source.slice(cell.end)}`;
  }
  const hidden = withHiddenTexts(
    source,
    cell.imports.map(({ declaration }) => declaration),
  );
  const last = cell.body.filter((statement) => statement.type !== "EmptyStatement" && !isHoisted(statement)).at(-1);
  if (last?.type !== "ExpressionStatement") return insertion(start) + withInserts(hidden, inserts);
  const end = source.charAt(last.end - 1) === ";" ? last.end - 1 : last.end;
  // In this order: an `import()` may stand where the value begins.
  const all = [{ at: last.start, text: "return(" }, ...inserts, { at: end, text: ")" }];
  return insertion(start) + withInserts(hidden, all);
}

/** A function may stand below the expression whose value the cell shows. */
const isHoisted = (statement: Statement): boolean => statement.type === "FunctionDeclaration";
